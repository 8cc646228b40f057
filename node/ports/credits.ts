import type { Credits } from '#protocols/catalog/v1/credits.ts'

/** Who played what: a read model over the newest `catalog/credits`. */
export interface CreditsView {
  /** Of one release, as its own community says; track by track, and empty when it never said. */
  of(release: string, community: Uint8Array): Credits['tracks']
}
