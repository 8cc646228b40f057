import type { StageErrorCode } from '#node/errors.ts'
import type { LedgerFault, Registry } from '#node/ports/ledger.ts'
import { err, type Result } from '#protocols/codec/result.ts'
import { type Charter, decodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { type CharterFaultCode, verifyCharter } from '#src/ledger/committee/verify-charter.ts'
import { createBook } from './book.ts'
import { keepInFolder, readCharters, readEjected } from './folder.ts'

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

type Reading = Pick<CharterRegistryOptions, 'network' | 'hasher' | 'verifier'>

function verifyProof(options: Reading, proof: Uint8Array, previous: Charter | null): Result<Charter, LedgerFault> {
  const signed = decodeSignedCharter(proof)
  if (!signed.ok) return err({ code: 'bad-request', message: `This is no charter: ${signed.error.message}.` })
  if (signed.value.charter.network !== options.network)
    return err({ code: 'not-for-you', message: `This charter is of the network "${signed.value.charter.network}".` })
  const charter = verifyCharter(options, signed.value, previous)
  return charter.ok ? charter : err({ code: CODES[charter.error.code], message: `${charter.error.message}.` })
}

/**
 * The federation as its founding communities signed it: one file an epoch, each proving the next. Everybody can check
 * it, and a stage without the file stands alone (epoch 0). Throws `StageError` for a file that does not verify.
 */
export async function createCharterRegistry(options: CharterRegistryOptions): Promise<Registry> {
  const { folder, clock } = options
  const verify = (proof: Uint8Array, previous: Charter | null) => verifyProof(options, proof, previous)
  return createBook(
    { clock, verify, ...keepInFolder(folder) },
    { epochs: await readCharters(folder, verify), ejected: await readEjected(folder) },
  )
}
