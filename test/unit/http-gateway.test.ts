import { unixfs } from '@helia/unixfs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { BlockReader } from '#node/http/gateway/blocks.ts'
import { WeightedLru } from '#node/http/gateway/lru.ts'
import { parseEntityBytes, parseRange } from '#node/http/gateway/range.ts'
import { readSpan } from '#node/http/gateway/read.ts'
import { parseGatewayRequest } from '#node/http/gateway/request.ts'
import { resolvePath } from '#node/http/gateway/resolve.ts'
import { decodeNode, type FileNode } from '#node/http/gateway/unixfs.ts'
import { MemoryBlocks } from '#test/support/memory-blocks.ts'

const CID_TEXT = 'bafkreie5noke3mb7hqxukzcy73nl23k6lxszxi5w3dtmuwz62wnvkpsscm'

describe('byte ranges', () => {
  it('select what a slice would, for any file and any bounds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(320), fc.option(fc.nat(320)), (bytes, from, to) => {
        const range = parseRange(`bytes=${from}-${to ?? ''}`, bytes.length)
        const slice = bytes.slice(from, to === null ? undefined : to + 1)
        const some = slice.length === 0 ? 'unsatisfiable' : { from, to: from + slice.length - 1 }
        expect(range).toEqual(to !== null && to < from ? 'whole' : some)
      }),
    )
  })
  it.each([
    ['bytes=-5', 10, { from: 5, to: 9 }],
    ['bytes=-50', 10, { from: 0, to: 9 }],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=20-30,2-3', 10, { from: 2, to: 3 }],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=a-b', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    ['bytes=1-2;3', 10, 'whole'],
    ['bytes=99999999999999999999-', 10, 'whole'],
    [' BYTES=2-3 , 5-6 ', 10, { from: 2, to: 3 }],
    [`bytes=5-${' '.repeat(16_000)}x`, 10, 'whole'],
    [`bytes=${'0-0,'.repeat(3_000)}0-0`, 10, 'whole'],
    [undefined, 10, 'whole'],
  ] as const)('%s of %i bytes is %j', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(expected)
  })
  it('of an entity may count from its end', () => {
    expect(parseEntityBytes('512:-256')?.(1026)).toEqual({ from: 512, to: 770 })
    expect(parseEntityBytes('5:*')?.(3)).toBeNull()
    for (const text of ['', '5', '*:5', 'a:b', '1:2:3']) expect(parseEntityBytes(text)).toBeNull()
  })
})

describe('reading a span of a file', () => {
  const blocks = new MemoryBlocks()
  const content = Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) % 251)
  const files: FileNode[] = []
  beforeAll(async () => {
    const fs = unixfs({ blockstore: blocks as never } as never)
    const { fixedSize } = await import('ipfs-unixfs-importer/chunker')
    const { balanced } = await import('ipfs-unixfs-importer/layout')
    for (const [chunkSize, maxChildrenPerNode, rawLeaves] of [
      [100, 4, true],
      [333, 174, false],
      [10_000, 174, true],
    ] as const) {
      const cid = await fs.addBytes(content, {
        chunker: fixedSize({ chunkSize }),
        layout: balanced({ maxChildrenPerNode }),
        rawLeaves,
        reduceSingleLeafToSelf: false,
      })
      files.push((await new BlockReader(blocks).node(cid)) as FileNode)
    }
  })

  it('equals the slice, whatever the tree', async () => {
    const reader = new BlockReader(blocks)
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.nat(4999), fc.nat(4999), async (which, a, b) => {
        const span = { from: Math.min(a, b), to: Math.max(a, b) }
        const chunks: Uint8Array[] = []
        for await (const chunk of readSpan(reader, files[which]!, span)) chunks.push(chunk)
        expect(Buffer.concat(chunks).equals(content.slice(span.from, span.to + 1))).toBe(true)
      }),
    )
  })

  it('reads only the blocks it needs, and each once', async () => {
    const counting = new MemoryBlocks()
    for (const [key, value] of blocks.held) counting.held.set(key, value)
    const reader = new BlockReader(counting)
    for await (const _chunk of readSpan(reader, files[0]!, { from: 150, to: 160 })) void _chunk
    const first = counting.reads
    expect(first).toBeLessThanOrEqual(4)
    for await (const _chunk of readSpan(reader, files[0]!, { from: 150, to: 160 })) void _chunk
    expect(counting.reads).toBe(first)
  })

  it('refuses a part that is not as long as promised', async () => {
    const file = files[0]!
    const lying: FileNode = { ...file, parts: file.parts.map(part => ({ ...part, size: part.size + 1 })) }
    const read = async () => {
      for await (const _chunk of readSpan(new BlockReader(blocks), lying, { from: 0, to: 10 })) void _chunk
    }
    await expect(read()).rejects.toMatchObject({ code: 'bad-archive' })
  })
})

describe('hostile bytes', () => {
  it('are decoded or refused by name, never otherwise', async () => {
    const { cid } = parseRoot()
    const codecs = [0x55, 0x70, 0x71, 0x129]
    const { CID } = await import('multiformats/cid')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...codecs), (bytes, codec) => {
        try {
          decodeNode(CID.createV1(codec, cid.multihash), bytes)
        } catch (error) {
          expect(error).toMatchObject({ name: 'StageError', code: 'bad-archive' })
        }
      }),
    )
  })
  it('in an address are refused by name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.string({ maxLength: 40 }), (path, accept) => {
        try {
          parseGatewayRequest(`/ipfs/${path}`, accept)
        } catch (error) {
          expect(error).toMatchObject({ name: 'StageError', code: 'bad-request' })
        }
      }),
    )
  })
  it('do not climb out of a folder: dots are names like any other', async () => {
    const { root, segments } = parseGatewayRequest(`/ipfs/${CID_TEXT}/%2e%2e/%2Fetc`, '')
    expect(segments).toEqual(['..', '/etc'])
    const blocks = new MemoryBlocks()
    await blocks.put(root, new Uint8Array([1]))
    await expect(resolvePath(new BlockReader(blocks), root, segments)).rejects.toMatchObject({ code: 'not-found' })
  })
})

function parseRoot() {
  return { cid: parseGatewayRequest(`/ipfs/${CID_TEXT}`, '').root }
}

describe('the shared cache', () => {
  it('never weighs more than it may, and forgets the least used', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(40)), { maxLength: 60 }), steps => {
        const lru = new WeightedLru<number>(100)
        for (const [key, weight] of steps) {
          lru.set(String(key), weight, weight)
          expect(lru.weight).toBeLessThanOrEqual(100)
        }
      }),
    )
    const lru = new WeightedLru<string>(3 * 4)
    for (const key of ['a', 'b', 'c', 'd']) lru.set(key, key, 3)
    lru.get('a')
    lru.set('e', 'e', 3)
    expect([lru.get('a'), lru.get('b')]).toEqual(['a', undefined])
  })
})
