import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type Hello, type HelloMessage, type Refusal, signedBytes } from '#protocols/hello/v1/codec.ts'
import type { Verifier } from '#src/kernel/ports.ts'

/** Refusal codes of the hello protocol (protocols/hello/v1/spec.md), and how each is said to the peer. */
const SENTENCES = {
  malformed: 'This is not a hello of the Bandstand protocol.',
  'wrong-key': 'The hello is signed by another key than the one of this connection.',
  'wrong-recipient': 'The hello was made for another stage.',
  'stale-answer': 'The hello answers another one than the one that was sent.',
  'bad-signature': 'The signature of the hello is not valid.',
  timeout: 'The hello took too long.',
  busy: 'A hello is already being said on this connection.',
  internal: 'This stage could not say hello.',
} as const

export type HelloFaultCode = keyof typeof SENTENCES

export const helloFault = (code: HelloFaultCode): Refusal => ({ code, message: SENTENCES[code] })

export interface Expected {
  /** Key that the connection authenticated, 32 bytes. */
  readonly remoteKey: Uint8Array
  readonly ownKey: Uint8Array
  /** Nonce that was sent, when this hello is an answer. */
  readonly reply: Uint8Array | null
}

/** The checks of the spec in its order; everything short of negotiation. */
export function checkHello(message: HelloMessage, expected: Expected, verifier: Verifier): Result<Hello, Refusal> {
  if (message.kind !== 'hello') return err(helloFault('malformed'))
  const { hello, payload, signature } = message
  const answers =
    expected.reply === null ? hello.reply === null : hello.reply !== null && equals(hello.reply, expected.reply)
  if (!equals(hello.key, expected.remoteKey)) return err(helloFault('wrong-key'))
  if (!equals(hello.to, expected.ownKey)) return err(helloFault('wrong-recipient'))
  if (!answers) return err(helloFault('stale-answer'))
  if (!verifier.verify(hello.key, signedBytes(payload), signature)) return err(helloFault('bad-signature'))
  if (!equals(hello.head.community, hello.key)) return err(helloFault('wrong-key'))
  return ok(hello)
}
