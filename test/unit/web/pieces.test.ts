import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Pieces } from '#web/player/fetch-range.ts'

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    if (at >= bytes.length) return
    yield Uint8Array.from(bytes.subarray(at, at + size))
    at += size
  }
}

it('a stream that comes in any pieces gives exact lengths, and then the rest of itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }),
      fc.nat(220),
      async (bytes, sizes, length) => {
        const pieces = new Pieces(cut(bytes, sizes))
        const head = await pieces.exactly(length)
        expect([...head]).toEqual([...bytes.subarray(0, length)])
        const rest: number[] = []
        for await (const piece of pieces.rest()) rest.push(...piece)
        expect(rest).toEqual([...bytes.subarray(length)])
      },
    ),
  )
})
