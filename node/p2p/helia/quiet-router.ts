import type { Router } from 'helia'

/**
 * Finds nothing and says so at once. Without any router Helia throws on delete and waits forever for providers;
 * with this one, content comes from connected stages alone unless a real router is added beside it.
 */
export const quietRouter: Router = {
  name: 'quiet',
  provide: async () => {},
  cancelReprovide: async () => {},
  async *findProviders() {},
  async *getClosestPeers() {},
}
