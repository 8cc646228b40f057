import { join } from 'node:path'
import { NETWORK } from '#protocols/envelope/v1/constants.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import type { ChainRegistrySettings } from '../config/rails.ts'
import type { Registry } from '../ports/ledger.ts'
import { openStakeChain } from '../rails/evm/open-stake-chain.ts'
import { createChainRegistry } from '../registry/chain-registry.ts'
import { createCharterRegistry } from '../registry/charter-registry.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Cleanup } from './foundation.ts'

/** Epochs are opened hours or days ahead; a slash should be seen within minutes. */
const FOLLOW_MS = 60_000

export interface RegistryInit {
  readonly dataDir: string
  /** Null: charters that the communities signed. */
  readonly settings: ChainRegistrySettings | null
  readonly log: Logger
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
}

/** Who certifies whom: by charters in files, or by stakes on a chain, which is read from now on and never waited for. */
export async function openRegistry(init: RegistryInit, cleanup: Cleanup): Promise<Registry> {
  const { dataDir, settings, log } = init
  if (settings === null)
    return createCharterRegistry({ ...init, folder: join(dataDir, 'federation'), network: NETWORK })
  const chain = await openStakeChain(settings)
  const folder = join(dataDir, 'federation', `evm-${settings.chainId}-${settings.contract.slice(2)}`)
  const registry = await createChainRegistry({ ...init, folder, network: NETWORK, chain })
  let running = false
  const follow = async (): Promise<void> => {
    if (running) return
    running = true
    const followed = await registry.follow().finally(() => {
      running = false
    })
    if (!followed.ok) log.warn({ reason: followed.error.message }, 'the stake registry could not be followed')
  }
  const failed = (cause: unknown): void => log.error({ err: cause }, 'the stake registry could not be followed')
  void follow().catch(failed)
  const timer = setInterval(() => void follow().catch(failed), FOLLOW_MS)
  cleanup.defer(() => clearInterval(timer))
  return registry
}
