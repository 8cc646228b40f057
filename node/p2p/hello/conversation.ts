import { err, ok, type Result } from '#protocols/codec/result.ts'
import {
  type CommunityHead,
  decodeMessage,
  encodeAccept,
  encodeHello,
  encodeRefusal,
  encodeSignedHello,
  type Hello,
  type HelloMessage,
  type Refusal,
  signedBytes,
} from '#protocols/hello/v1/codec.ts'
import { NONCE_BYTES } from '#protocols/hello/v1/constants.ts'
import { type Agreement, type Capabilities, negotiate } from '#src/identity/negotiate.ts'
import type { Clock, Random, Signer, Verifier } from '#src/kernel/ports.ts'
import type { Frames } from '../stream/frames.ts'
import { checkHello, type Expected, helloFault } from './check-hello.ts'

/** What a stage needs to introduce itself and to check another. */
export interface Speaker {
  readonly signer: Signer
  readonly verifier: Verifier
  readonly clock: Clock
  readonly random: Random
  readonly capabilities: Capabilities
  /** Asked anew for every hello. */
  readonly head: () => Omit<CommunityHead, 'community'>
}

/** A finished handshake. */
export interface Agreed {
  readonly hello: Hello
  readonly agreement: Agreement
  /** How far the peer's clock is ahead of ours, in ms, give or take the way between us. */
  readonly clockSkewMs: number
}

export type Outcome = Result<Agreed, Refusal>

/** The dialer's side: hello, hello, accept. Throws `StreamError` when the stream fails. */
export async function openConversation(
  frames: Frames,
  speaker: Speaker,
  remoteKey: Uint8Array,
  signal: AbortSignal,
): Promise<Outcome> {
  const sentMs = speaker.clock.nowMs()
  const nonce = speaker.random.bytes(NONCE_BYTES)
  await frames.write(await introduction(speaker, { to: remoteKey, nonce, reply: null }), signal)
  const answer = await readMessage(frames, signal)
  const nowMs = speaker.clock.nowMs()
  if (answer?.kind === 'refuse') return err(answer.refusal)
  const outcome = judge(speaker, answer, { remoteKey, reply: nonce }, (sentMs + nowMs) / 2)
  await frames.write(outcome.ok ? encodeAccept() : encodeRefusal(outcome.error), signal)
  return outcome
}

/** The listener's side: hello, hello, accept. Throws `StreamError` when the stream fails. */
export async function answerConversation(
  frames: Frames,
  speaker: Speaker,
  remoteKey: Uint8Array,
  signal: AbortSignal,
): Promise<Outcome> {
  const first = await readMessage(frames, signal)
  const outcome = judge(speaker, first, { remoteKey, reply: null }, speaker.clock.nowMs())
  if (!outcome.ok) {
    await frames.write(encodeRefusal(outcome.error), signal)
    return outcome
  }
  const nonce = speaker.random.bytes(NONCE_BYTES)
  await frames.write(await introduction(speaker, { to: remoteKey, nonce, reply: outcome.value.hello.nonce }), signal)
  const last = await readMessage(frames, signal)
  if (last?.kind === 'accept') return outcome
  return err(last?.kind === 'refuse' ? last.refusal : helloFault('malformed'))
}

function judge(
  speaker: Speaker,
  message: HelloMessage | null,
  expected: Omit<Expected, 'ownKey'>,
  nowMs: number,
): Outcome {
  if (message === null) return err(helloFault('malformed'))
  const hello = checkHello(message, { ...expected, ownKey: speaker.signer.publicKey }, speaker.verifier)
  if (!hello.ok) return hello
  const agreement = negotiate(speaker.capabilities, hello.value)
  if (!agreement.ok) return agreement
  return ok({ hello: hello.value, agreement: agreement.value, clockSkewMs: Math.round(hello.value.at - nowMs) })
}

async function introduction(speaker: Speaker, turn: Pick<Hello, 'to' | 'nonce' | 'reply'>): Promise<Uint8Array> {
  const key = speaker.signer.publicKey
  const head = { ...speaker.head(), community: key }
  const payload = encodeHello({ ...speaker.capabilities, ...turn, key, at: speaker.clock.nowMs(), head })
  return encodeSignedHello(payload, await speaker.signer.sign(signedBytes(payload)))
}

/** `null` for what is no message of this protocol, and for a stream that ended. */
async function readMessage(frames: Frames, signal: AbortSignal): Promise<HelloMessage | null> {
  const frame = await frames.read(signal)
  if (frame === null) return null
  const message = decodeMessage(frame)
  return message.ok ? message.value : null
}
