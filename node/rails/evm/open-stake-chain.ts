import type { ChainRegistrySettings } from '#node/config/rails.ts'
import type { StakeChain } from '#node/ports/stake-chain.ts'
import { loadClient } from './load-client.ts'

/** Asks no network yet. Throws `StageError` when the client of EVM chains is not installed. */
export async function openStakeChain(settings: ChainRegistrySettings): Promise<StakeChain> {
  const { createStakeChain } = await loadClient(() => import('./stake-chain.ts'), 'registry.evm')
  return createStakeChain(settings)
}
