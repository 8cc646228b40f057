import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'

/** A key that signs envelopes, as a fan's page does. Seeded, so that a test can be run again. */
export interface TestAuthor {
  readonly publicKey: Uint8Array
  readonly sign: (message: Uint8Array) => Uint8Array
}

export function testAuthor(seed: number): TestAuthor {
  const secret = sha256(new TextEncoder().encode(`author ${seed}`))
  return { publicKey: ed25519.getPublicKey(secret), sign: message => ed25519.sign(message, secret) }
}

export interface Draft {
  readonly type: string
  readonly community: Uint8Array
  readonly seq: number
  readonly at: number
  readonly body: unknown
}

/** Signed envelope bytes. */
export function signed(author: TestAuthor, draft: Draft): Uint8Array {
  const payload = encodePayload({ ...draft, author: author.publicKey })
  return encodeEnvelope(payload, author.sign(signedBytes(draft.type, payload)))
}
