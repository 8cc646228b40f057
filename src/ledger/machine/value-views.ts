import { toString as toText } from 'uint8arrays/to-string'
import { balanceOf, parKey } from './holdings.ts'
import { netKey } from './keys.ts'
import type { LineView, Machine, OutView } from './machine.ts'
import type { World } from './world.ts'

type Views = Pick<
  Machine,
  'peer' | 'peers' | 'position' | 'line' | 'lines' | 'out' | 'outs' | 'bought' | 'purchases' | 'batch' | 'netted'
>

const hexOf = (key: Uint8Array): string => toText(key, 'base16')

function* linesOf({ books, peers }: World): Generator<LineView> {
  for (const { asset, lines } of books.values()) {
    const [code = '', scale = ''] = asset.split('/')
    for (const { community, hex } of peers.values()) {
      const line = lines.get(hex)?.value
      if (line !== undefined) yield { community, code, scale: Number(scale), ...line }
    }
  }
}

function* outsOf({ peers }: World, only: Uint8Array | null): Generator<OutView> {
  const wanted = only === null ? null : hexOf(only)
  for (const { community: next, hex, outs } of peers.values()) {
    if (wanted !== null && wanted !== hex) continue
    for (const [sequence, { value }] of outs) if (value !== undefined) yield { next, sequence, ...value }
  }
}

function* purchasesOf({ bought }: World) {
  for (const [index, { value }] of bought) if (value !== undefined) yield { index, ...value }
}

/** What may be asked of a machine about other communities, purchases and voucher codes. */
export function createValueViews(world: World): Views {
  const bookAt = (code: string, scale: number) => world.books.get(parKey(world, { code, scale }))
  return {
    peer: community => world.peers.get(community)?.cell.value ?? null,
    *peers() {
      for (const { community, cell } of world.peers.values()) if (cell.value !== undefined) yield community
    },
    position(community, code, scale) {
      const [book, slot] = [bookAt(code, scale), world.peers.get(community)]
      return book === undefined || slot === undefined ? 0n : balanceOf(book, slot.position)
    },
    line: (community, code, scale) => bookAt(code, scale)?.lines.get(hexOf(community))?.value ?? null,
    lines: () => linesOf(world),
    out(next, sequence) {
      const out = world.peers.get(next)?.outs.get(sequence)?.value
      return out === undefined ? null : { next, sequence, ...out }
    },
    outs: next => outsOf(world, next ?? null),
    bought: index => world.bought.get(index)?.value ?? null,
    purchases: () => purchasesOf(world),
    batch: id => world.batches.get(id)?.cell.value ?? null,
    netted: hash => world.state.find(netKey(hexOf(hash)))?.value !== undefined,
  }
}
