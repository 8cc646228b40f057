import type { TestCall, TestStream } from '#node/ports/conformance.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { decodeMessage, encodeAccept, type Hello, type HelloMessage, signedBytes } from '#protocols/hello/v1/codec.ts'
import { HELLO_PROTOCOL, NONCE_BYTES } from '#protocols/hello/v1/constants.ts'
import { answerOf, type Bench, need, opened } from './check.ts'

/** A hello as plain data, so that a check can put anything into any field. */
export type LooseHello = Readonly<Record<string, unknown>>

/** An honest hello of version 1 to the stage that was called, which asks for nothing but what every stage must have. */
export const honestHello = (bench: Bench, call: TestCall): LooseHello => ({
  key: call.key,
  to: call.stage,
  nonce: bench.random.bytes(NONCE_BYTES),
  reply: null,
  at: bench.clock.nowMs(),
  software: 'bandstand-conformance',
  protocols: { envelope: [1, 1], sync: [1, 1], value: [1, 1] },
  features: ['value'],
  requires: [],
  limits: {},
  head: { community: call.key, name: 'Conformance', seq: 0, logSize: 0, logRoot: new Uint8Array(32) },
})

export function signHello(call: Pick<TestCall, 'sign'>, hello: LooseHello): Uint8Array {
  const payload = encode(hello)
  return encode({ hello: payload, signature: call.sign(signedBytes(payload)) })
}

/** Says a frame on a new hello stream and reads what comes back. */
export async function sayHello(
  call: TestCall,
  frame: Uint8Array,
): Promise<{ stream: TestStream; answer: HelloMessage }> {
  const stream = await opened(call, HELLO_PROTOCOL)
  await stream.write(frame)
  return { stream, answer: await answerOf(stream, decodeMessage) }
}

/** A whole handshake; what the stage said of itself. */
export async function agree(bench: Bench, call: TestCall, change: LooseHello = {}): Promise<Hello> {
  const { stream, answer } = await sayHello(call, signHello(call, { ...honestHello(bench, call), ...change }))
  need(
    answer.kind === 'hello',
    answer.kind === 'refuse' ? `it refuses: ${answer.refusal.code}` : 'it answers a hello with an accept',
  )
  await stream.write(encodeAccept())
  await stream.close()
  return answer.hello
}
