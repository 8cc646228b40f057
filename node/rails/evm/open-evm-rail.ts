import { isAbsolute, join } from 'node:path'
import type { EvmRailSettings } from '#node/config/rails.ts'
import type { Rail } from '#node/ports/rails.ts'
import type { Clock, Hasher } from '#src/kernel/ports.ts'
import { openJournal } from './journal.ts'
import { loadOrCreateEvmKey } from './key-file.ts'
import { loadClient } from './load-client.ts'

export interface OpenEvmRailInit {
  readonly dataDir: string
  readonly hasher: Hasher
  readonly clock: Clock
}

/** Loads the client only now. Throws `StageError` when it is not installed, or the key file cannot be used; asks no network. */
export async function openEvmRail(
  settings: EvmRailSettings,
  { dataDir, hasher, clock }: OpenEvmRailInit,
): Promise<Rail> {
  const { createEvmRail } = await loadClient(() => import('./evm-rail.ts'), 'rails.evm')
  const { keyFile, ...rest } = settings
  const folder = join(dataDir, 'rails', `evm-${settings.chainId}`)
  return createEvmRail({
    ...rest,
    privateKey: await loadOrCreateEvmKey(isAbsolute(keyFile) ? keyFile : join(dataDir, keyFile)),
    journal: await openJournal(folder),
    hasher,
    clock,
  })
}
