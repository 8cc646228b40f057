import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { equals } from 'uint8arrays/equals'
import type { TestStream } from '#node/ports/conformance.ts'
import { decodeResponse, encodeRequest } from '#protocols/blocks/v1/codec.ts'
import { BLOCKS_PROTOCOL } from '#protocols/blocks/v1/constants.ts'
import { answerOf, type Bench, type Check, calling, ended, need, opened } from '../check.ts'
import { badFrames } from '../vectors.ts'

const RAW = 0x55
const SHA2_256 = 0x12
const AT_ONCE = 32

const check = (name: string, about: string, run: Check['run']): Check => ({ name: `blocks/${name}`, about, run })
const nobodyHas = ({ random }: Bench): CID => CID.createV1(RAW, create(SHA2_256, random.bytes(32)))

/** The ids that were answered `not-found`, in the order of the answers. */
async function notFound(stream: TestStream, count: number): Promise<number[]> {
  const ids: number[] = []
  while (ids.length < count) {
    const answer = await answerOf(stream, decodeResponse)
    need(answer.status === 'not-found', `it answered ${answer.status} about a block that nobody has`)
    ids.push(answer.id)
  }
  return ids
}

/** protocols/blocks/v1/spec.md */
export const blocksChecks: readonly Check[] = [
  check('not-found', 'says at once that it does not hold a block, without a hello', bench =>
    calling(bench, async call => {
      const stream = await opened(call, BLOCKS_PROTOCOL)
      await stream.write(encodeRequest({ id: 7, cid: nobodyHas(bench) }))
      need((await notFound(stream, 1))[0] === 7, 'its answer has another id')
    }),
  ),
  check('pipelined', `answers ${AT_ONCE} requests under way, each exactly once`, bench =>
    calling(bench, async call => {
      const stream = await opened(call, BLOCKS_PROTOCOL)
      const ids = Array.from({ length: AT_ONCE }, (_, id) => id + 1)
      await Promise.all(ids.map(id => stream.write(encodeRequest({ id, cid: nobodyHas(bench) }))))
      const answered = await notFound(stream, AT_ONCE)
      need(
        equals(Uint8Array.from(answered.toSorted((a, b) => a - b)), Uint8Array.from(ids)),
        'its ids are not those asked',
      )
    }),
  ),
  check('vectors', 'resets a stream on every invalid request of the published vectors', bench =>
    calling(bench, async call => {
      for (const { name, bytes } of await badFrames.blocks()) {
        const stream = await opened(call, BLOCKS_PROTOCOL)
        await stream.write(bytes)
        need(await ended(stream), `"${name}" was answered`)
        stream.drop()
      }
      need(call.isOpen(), 'it hung up; only the stream is over')
    }),
  ),
  check('wrong-length', 'resets a stream on a frame over 100 bytes', bench =>
    calling(bench, async call => {
      const stream = await opened(call, BLOCKS_PROTOCOL)
      stream.raw(Uint8Array.from([0xff, 0xff, 0x03, ...new Uint8Array(200)]))
      need(await ended(stream), 'it answered a frame that is over the limit')
    }),
  ),
]
