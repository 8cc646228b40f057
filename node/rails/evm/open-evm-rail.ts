import { isAbsolute, join } from 'node:path'
import type { EvmRailSettings } from '#node/config/rails.ts'
import { StageError } from '#node/errors.ts'
import type { Rail } from '#node/ports/rails.ts'
import type { Clock, Hasher } from '#src/kernel/ports.ts'
import { openJournal } from './journal.ts'
import { loadOrCreateEvmKey } from './key-file.ts'

/** The client that this rail was tested with. It is no dependency of a stage without such a rail. */
export const VIEM_VERSION = '2.57.20'

export interface OpenEvmRailInit {
  readonly dataDir: string
  readonly hasher: Hasher
  readonly clock: Clock
}

/** Whether a module is missing, and not something inside it. */
const isMissing = (cause: unknown): boolean => (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'

/** Loads the client only now. Throws `StageError` when it is not installed, or the key file cannot be used; asks no network. */
export async function openEvmRail(
  settings: EvmRailSettings,
  { dataDir, hasher, clock }: OpenEvmRailInit,
): Promise<Rail> {
  const { createEvmRail } = await import('./evm-rail.ts').catch(cause => {
    if (!isMissing(cause)) throw cause
    throw new StageError(
      'bad-arguments',
      `bandstand.toml asks for an EVM chain, and its client is not installed. In Bandstand's folder run: npm install viem@${VIEM_VERSION}`,
      { cause, path: 'rails.evm' },
    )
  })
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
