import type { TestCall, TestDialer, TestStream } from '#node/ports/conformance.ts'
import type { CodecFault } from '#protocols/codec/codec-error.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Clock, Hasher, Random, Verifier } from '#src/kernel/ports.ts'

/** What every check is given. */
export interface Bench {
  readonly dialer: TestDialer
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  readonly random: Random
}

/** One behaviour that the specs ask for. `run` throws what was found instead; `Skip` when it does not apply to this stage. */
export interface Check {
  /** Group and name, stable: `hello/agrees`. */
  readonly name: string
  /** A sentence about the stage, for people. */
  readonly about: string
  readonly run: (bench: Bench) => Promise<void>
}

/** The stage did something else than the spec says. The message is one line. */
export class Finding extends Error {}
/** The check says nothing about this stage, and why. */
export class Skip extends Error {}

export function need(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Finding(otherwise)
}

/** Runs with a new connection, which is hung up in any case. */
export async function calling<T>(bench: Bench, talk: (call: TestCall) => Promise<T>): Promise<T> {
  const call = await bench.dialer.call()
  try {
    return await talk(call)
  } finally {
    await call.hangUp()
  }
}

/** The next frame, read by the protocol's own decoder. */
export async function answerOf<T>(
  stream: TestStream,
  decode: (bytes: Uint8Array) => Result<T, CodecFault>,
): Promise<T> {
  const frame = await stream.read().catch(() => null)
  need(frame !== null, 'it reset or closed the stream instead of answering')
  const read = decode(frame)
  need(read.ok, read.ok ? '' : `its answer does not follow the spec: ${read.error.message}`)
  return read.value
}

/** Whether the stream ended, by a reset or in good order, without another frame. */
export async function ended(stream: TestStream): Promise<boolean> {
  return stream.read().then(
    frame => frame === null,
    () => true,
  )
}

/** Opens a stream; a protocol that is not spoken is a finding. */
export async function opened(call: TestCall, protocol: string): Promise<TestStream> {
  try {
    return await call.open(protocol)
  } catch {
    throw new Finding(`it does not speak ${protocol}, or refuses the stream`)
  }
}

const POLL_MS = 50

/** Waits until something holds, at most so long; false when it never did. */
export async function within(ms: number, condition: () => boolean | Promise<boolean>): Promise<boolean> {
  const until = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() > until) return false
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
  return true
}
