import { toString as toText } from 'uint8arrays/to-string'
import { balanceOf, parKey } from './holdings.ts'
import { netKey } from './keys.ts'
import type { LineView, Machine, OutView } from './machine.ts'
import type { PeerSlot } from './peers.ts'
import type { World } from './world.ts'

type Views = Pick<
  Machine,
  'peer' | 'peers' | 'position' | 'line' | 'lines' | 'out' | 'outs' | 'bought' | 'purchases' | 'batch' | 'netted'
>

const hexOf = (key: Uint8Array): string => toText(key, 'base16')

// Ascending by key, whatever order things came in: a restored machine answers as one that read the whole log.
const slotsOf = ({ peers }: World): PeerSlot[] => [...peers.values()].sort((a, b) => (a.hex < b.hex ? -1 : 1))
const ascending = <T>(cells: ReadonlyMap<number, T>): [number, T][] => [...cells].sort(([a], [b]) => a - b)

function* linesOf(world: World): Generator<LineView> {
  const books = [...world.books.values()].sort((a, b) => (a.asset < b.asset ? -1 : 1))
  for (const { community, hex } of slotsOf(world))
    for (const { asset, lines } of books) {
      const line = lines.get(hex)?.value
      const [code = '', scale = ''] = asset.split('/')
      if (line !== undefined) yield { community, code, scale: Number(scale), ...line }
    }
}

function* outsOf(slots: readonly PeerSlot[]): Generator<OutView> {
  for (const { community: next, outs } of slots)
    for (const [sequence, { value }] of ascending(outs)) if (value !== undefined) yield { next, sequence, ...value }
}

function* purchasesOf({ bought }: World) {
  for (const [index, { value }] of ascending(bought)) if (value !== undefined) yield { index, ...value }
}

const oneSlot = ({ peers }: World, community: Uint8Array): PeerSlot[] => {
  const slot = peers.get(community)
  return slot === undefined ? [] : [slot]
}

/** What may be asked of a machine about other communities, purchases and voucher codes. */
export function createValueViews(world: World): Views {
  const bookAt = (code: string, scale: number) => world.books.get(parKey(world, { code, scale }))
  return {
    peer: community => world.peers.get(community)?.cell.value ?? null,
    *peers() {
      for (const { community, cell } of slotsOf(world)) if (cell.value !== undefined) yield community
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
    outs: next => outsOf(next === undefined ? slotsOf(world) : oneSlot(world, next)),
    bought: index => world.bought.get(index)?.value ?? null,
    purchases: () => purchasesOf(world),
    batch: id => world.batches.get(id)?.cell.value ?? null,
    netted: hash => world.state.find(netKey(hexOf(hash)))?.value !== undefined,
  }
}
