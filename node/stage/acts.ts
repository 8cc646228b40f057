import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { ActsApi } from '#node/ports/acts-api.ts'
import type { SubmitResult } from '#protocols/api/v1/schemas.ts'
import { NETWORK } from '#protocols/envelope/v1/constants.ts'
import { charterMessage, decodeSignedCharter, encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import type { Signer } from '#src/kernel/ports.ts'
import { key32 } from './keys.ts'

export interface ActsInit {
  readonly signer: Signer
  /** Signs with the community's key and gives it to the one door. */
  readonly submit: <T extends keyof OrderBodies>(type: T, body: OrderBodies[T]) => Promise<SubmitResult>
}

/** Adds this community's signature. A first charter is signed by its members alone; a later one by those of the charter before. */
async function signCharter(signer: Signer, bytes: Uint8Array): Promise<Uint8Array> {
  const read = decodeSignedCharter(bytes)
  if (!read.ok) throw new StageError('bad-request', `This is no charter: ${read.error.message}.`)
  const { charter, signatures } = read.value
  if (charter.network !== NETWORK)
    throw new StageError('not-for-you', `This charter is of the network "${charter.network}".`)
  const named = charter.members.some(({ community }) => equals(community, signer.publicKey))
  if (charter.epoch === 1 && !named)
    throw new StageError('bad-request', 'This charter does not name this community, so its signature would not count.')
  if (signatures.some(one => equals(one.key, signer.publicKey)))
    throw new StageError('conflict', 'This community has signed this charter already.')
  const signature = await signer.sign(charterMessage(charter))
  return encodeSignedCharter({ charter, signatures: [...signatures, { key: signer.publicKey, signature }] })
}

export function createActs({ signer, submit }: ActsInit): ActsApi {
  return {
    signAgreement: hash => submit('agreement/sign', { agreement: key32(hash, 'An agreement') }),
    disputeAgreement: (hash, party) =>
      submit('agreement/dispute', { agreement: key32(hash, 'An agreement'), party, reason: null }),
    signCharter: charter => signCharter(signer, charter),
  }
}
