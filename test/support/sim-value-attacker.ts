import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { ShownItem, ValueMessage } from './sim-value-messages.ts'
import type { SimValueWorld } from './sim-value-world.ts'

/** What a relay could claim that a leaf says. It has no key of a log, so it can show it only with proofs of other leaves. */
function forge(entry: Entry, pick: (most: number) => number): Entry {
  if (entry.kind === 'transfer-in') {
    const outcome = entry.outcome === 'delivered' ? 'declined' : 'delivered'
    const amount = outcome === 'delivered' ? 10_000_000n : 0n
    const forged = { ...entry, outcome, amount, onward: null }
    return pick(2) === 0 ? { ...entry, sequence: entry.sequence + 1 } : forged
  }
  if (entry.kind === 'transfer-end')
    return { ...entry, outcome: entry.outcome === 'delivered' ? 'declined' : 'delivered' }
  if (entry.kind === 'transfer-out') return { ...entry, sequence: entry.sequence + 1 + pick(2) }
  return entry
}

function forged(item: ShownItem, pick: (most: number) => number): ShownItem {
  const entry = decodeEntry(item.leaf)
  return entry.ok ? { ...item, leaf: encodeEntry(forge(entry.value, pick)) } : item
}

/** A relay between honest logs that says what it likes: with everything that was ever sent, and no key. */
export function attack(world: SimValueWorld): void {
  const { random, overheard } = world
  if (overheard.length === 0) return
  const pick = (most: number): number => random.int(0, most)
  const { from, to, message } = random.pick(overheard)
  const other = random.pick(overheard).message
  if (message.t !== 'leaves' || other.t !== 'leaves') return
  const lies: (() => { from: string; to: string; message: ValueMessage })[] = [
    // The same again, at another time.
    () => ({ from, to, message }),
    // To somebody else, or as if it came from somebody else.
    () => ({ from, to: random.pick(world.logs).hex, message }),
    () => ({ from: random.pick(world.logs).hex, to, message }),
    // Some of it, or all of it backwards.
    () => ({ from, to, message: { ...message, items: message.items.slice(1) } }),
    () => ({ from, to, message: { ...message, items: message.items.toReversed() } }),
    // Leaves that no log holds.
    () => ({ from, to, message: { ...message, items: message.items.map(item => forged(item, pick)) } }),
    // Leaves with the places, or under the heads, of others.
    () => ({
      from,
      to,
      message: {
        ...message,
        items: other.items.map((item, at) => ({ ...item, path: message.items[at]?.path ?? item.path })),
      },
    }),
    () => ({ from, to, message: { ...other, items: message.items } }),
    () => ({ from, to, message: { ...message, base: 0, consistency: [] } }),
    () => ({ from, to, message: { ...message, items: message.items.map(item => ({ ...item, index: pick(40) })) } }),
  ]
  const lie = random.pick(lies)()
  const stage = world.stageOf(lie.to)
  if (lie.from === lie.to || stage === undefined) return
  stage.take(lie.from, lie.message)
}
