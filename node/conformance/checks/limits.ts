import type { TestCall } from '#node/ports/conformance.ts'
import { BLOCKS_PROTOCOL } from '#protocols/blocks/v1/constants.ts'
import { HELLO_PROTOCOL } from '#protocols/hello/v1/constants.ts'
import { SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import { VALUE_PROTOCOL } from '#protocols/value/v1/constants.ts'
import { decodeAnswer, encodeRequest } from '#protocols/value/v1/messages.ts'
import { answerOf, type Bench, type Check, calling, ended, Finding, need, opened, Skip, within } from '../check.ts'
import { agree } from '../loose-hello.ts'

const STREAMS = 40
/** Far above what the spec lets one peer ask at once. */
const REQUESTS = 5_000

const check = (name: string, about: string, run: Check['run']): Check => ({ name: `limits/${name}`, about, run })

/** Whether somebody else is still served while the caller misbehaves. */
const othersGoOn = (bench: Bench): Promise<unknown> => calling(bench, call => agree(bench, call))

async function manyStreams(bench: Bench, call: TestCall, protocol: string): Promise<void> {
  const streams = await Promise.all(Array.from({ length: STREAMS }, () => call.open(protocol).catch(() => null)))
  const held = streams.filter(stream => stream !== null)
  need(held.length > 0, `it does not speak ${protocol}`)
  // A stream over the limit is reset; one within it waits for the caller to speak.
  let over = STREAMS - held.length
  for (const stream of held) void ended(stream).then(gone => (over += gone ? 1 : 0))
  const bounded = await within(3_000, () => over > 0)
  await othersGoOn(bench)
  for (const stream of held) stream.drop()
  need(bounded, `it keeps ${STREAMS} streams of one peer open`)
}

/** Bounds that hold for every protocol, and what a stage does beyond them. */
export const limitChecks: readonly Check[] = [
  ...[SYNC_PROTOCOL, BLOCKS_PROTOCOL].map(protocol =>
    check(`streams-${protocol.split('/')[2]}`, `bounds the streams of one peer on ${protocol}`, bench =>
      calling(bench, async call => {
        await agree(bench, call)
        await manyStreams(bench, call, protocol)
      }),
    ),
  ),
  check('slow-peer', 'serves others while a peer says a message one byte at a time', bench =>
    calling(bench, async call => {
      await agree(bench, call)
      const stream = await opened(call, SYNC_PROTOCOL)
      const slow = Uint8Array.from([0xff, 0x07, ...new Uint8Array(6)])
      for (const byte of slow) {
        stream.raw(Uint8Array.of(byte))
        await within(100, () => false)
      }
      await othersGoOn(bench)
      stream.drop()
    }),
  ),
  check('flood', `bounds how often one peer may ask: ${REQUESTS} questions at once`, bench =>
    calling(bench, async call => {
      const { protocols } = await agree(bench, call)
      if (!protocols.has('value')) throw new Skip('this stage does not speak the value protocol')
      const stream = await opened(call, VALUE_PROTOCOL)
      let [answered, busy] = [0, 0]
      try {
        const writing = Promise.all(
          Array.from({ length: REQUESTS }, () => stream.write(encodeRequest({ t: 'knows' })).catch(() => {})),
        )
        while (answered + busy < REQUESTS) {
          const answer = await answerOf(stream, decodeAnswer)
          if (answer.t === 'refused' && answer.code === 'busy') busy++
          else answered++
        }
        await writing
        need(busy > 0, `it answered all ${REQUESTS} at once`)
      } catch (cause) {
        // Far beyond the limit the stream is reset.
        if (!(cause instanceof Finding) || busy === 0) throw cause
      }
      await othersGoOn(bench)
    }),
  ),
  check('unknown-versions', 'refuses a stream of a protocol version that does not exist', bench =>
    calling(bench, async call => {
      await agree(bench, call)
      for (const protocol of [HELLO_PROTOCOL, SYNC_PROTOCOL, VALUE_PROTOCOL]) {
        const next = protocol.replace('/1.0.0', '/9.0.0')
        const stream = await call.open(next).catch(() => null)
        need(stream === null || (await ended(stream)), `it takes a stream of ${next}`)
      }
    }),
  ),
]
