import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { StageError, type StageErrorCode } from '#node/errors.ts'
import type { LedgerFault, Registry } from '#node/ports/ledger.ts'
import { err, type Result } from '#protocols/codec/result.ts'
import { type Charter, decodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { type CharterFaultCode, verifyCharter } from '#src/ledger/committee/verify-charter.ts'
import { type BookState, createBook } from './book.ts'

export interface CharterRegistryOptions {
  /** Of the federation's files: `charter` (epoch 1), `charter.2` and so on, and `ejected/<seat hex>`. */
  readonly folder: string
  readonly network: string
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
}

const CODES: { readonly [K in CharterFaultCode]: StageErrorCode } = {
  'wrong-network': 'not-for-you',
  'wrong-epoch': 'conflict',
  'bad-members': 'bad-request',
  'bad-signature': 'bad-signature',
  unsigned: 'bad-signature',
  'no-quorum': 'bad-signature',
}

const charterFile = (epoch: number): string => (epoch === 1 ? 'charter' : `charter.${epoch}`)

type Reading = Pick<CharterRegistryOptions, 'network' | 'hasher' | 'verifier'>

function verifyProof(options: Reading, proof: Uint8Array, previous: Charter | null): Result<Charter, LedgerFault> {
  const signed = decodeSignedCharter(proof)
  if (!signed.ok) return err({ code: 'bad-request', message: `This is no charter: ${signed.error.message}.` })
  if (signed.value.charter.network !== options.network)
    return err({ code: 'not-for-you', message: `This charter is of the network "${signed.value.charter.network}".` })
  const charter = verifyCharter(options, signed.value, previous)
  return charter.ok ? charter : err({ code: CODES[charter.error.code], message: `${charter.error.message}.` })
}

async function readOrNull(file: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(file))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}

/** Whole or not at all, and on the disk when it returns. */
async function writeDurably(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  const handle = await open(`${file}.part`, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.part`, file)
  const directory = await open(folder, 'r')
  await directory.sync().finally(() => directory.close())
}

async function readFolder(options: CharterRegistryOptions): Promise<BookState> {
  const epochs: { proof: Uint8Array; charter: Charter }[] = []
  for (;;) {
    const file = join(options.folder, charterFile(epochs.length + 1))
    const proof = await readOrNull(file)
    if (proof === null) break
    const charter = verifyProof(options, proof, epochs.at(-1)?.charter ?? null)
    if (!charter.ok)
      throw new StageError(
        'data-folder-unusable',
        `${file} cannot be used. ${charter.error.message} Restore it, or remove it.`,
      )
    epochs.push({ proof, charter: charter.value })
  }
  const names = await readdir(join(options.folder, 'ejected')).catch(() => [])
  const ejected = names.filter(name => /^[0-9a-f]{64}$/.test(name)).map(name => fromString(name, 'base16'))
  return { epochs, ejected }
}

/**
 * The federation as its founding communities signed it: one file an epoch, each proving the next. Everybody can check
 * it, and a stage without the file stands alone (epoch 0). Throws `StageError` for a file that does not verify.
 */
export async function createCharterRegistry(options: CharterRegistryOptions): Promise<Registry> {
  const { folder, clock } = options
  return createBook(
    {
      clock,
      verify: (proof, previous) => verifyProof(options, proof, previous),
      keepEpoch: (epoch, proof) => writeDurably(folder, charterFile(epoch), proof),
      keepEjection: (seat, evidence) => writeDurably(join(folder, 'ejected'), toText(seat, 'base16'), evidence),
    },
    await readFolder(options),
  )
}
