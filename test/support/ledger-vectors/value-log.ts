import { formatNote, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { HeadEntry, TransferEndEntry, TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import type { TestAuthor } from '../author.ts'
import { ada } from '../ledger-story.ts'
import { must } from '../ledger-writer.ts'
import { fanOf, hexOf, transfer, type ValueLog } from '../value-logs.ts'
import { type ReplayedLog, replayed } from './log.ts'
import { rogueStory } from './value-rogue.ts'
import { BATCH, codeOf, netted, settled, type ValueTown, valueStory } from './value-story.ts'

/** One of several logs, with entries that it refuses after its last. */
export interface ValueLogVectors extends ReplayedLog {
  readonly name: string
  readonly invalid: readonly { readonly name: string; readonly hex: string; readonly code: string }[]
}

type Wrong = readonly [name: string, code: string, entry: Entry]
const fill = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value)

function kindOf<K extends Entry['kind']>(log: ValueLog, kind: K, at = 0): Extract<Entry, { kind: K }> {
  const found = log.entries.flatMap(bytes => {
    const entry = decodeEntry(bytes)
    return entry.ok && entry.value.kind === kind ? [entry.value as Extract<Entry, { kind: K }>] : []
  })
  return found.at(at) as Extract<Entry, { kind: K }>
}

const ordered = <T extends OrderType>(
  log: ValueLog,
  kind: 'line' | 'give' | 'dispute' | 'issue',
  author: TestAuthor,
  type: T,
  body: OrderBodies[T],
): Entry => ({ kind, at: log.clock.at, order: log.envelope(author, type, body, { seq: 900_000 }).bytes })

/** The payer's log. */
function wrongAtPayer({ a, c, b }: ValueTown): Wrong[] {
  const { at } = a.clock
  const end: TransferEndEntry = { ...kindOf(a, 'transfer-end', -1), at }
  const sent = a.machine.peer(b.community)?.sent ?? 0
  const forwarded = c.places.asks.get(`${hexOf(b.community)}/${c.machine.peer(b.community)?.sent}`) as number
  const shown = a.show(c, forwarded)
  const ending = { kind: 'transfer-end', at, next: c.community, outcome: 'delivered', back: null } as const
  const order = a.envelope(a.desk, 'value/write-off', { community: b.community, sequence: sent }, { seq: 900_000 })
  const give = { account: ada.publicKey, amount: 5n, asset: a.asset, reference: null }
  const sending = a.envelope(fanOf(0), 'value/transfer', transfer(a, b), { seq: 900_000 }).bytes
  const broken = sending.map((byte, n) => (n === sending.length - 1 ? byte ^ 1 : byte))
  return [
    ['an end of a transfer that ended before', 'unknown-transfer', end],
    [
      'an end by a leaf that only forwards',
      'not-decided',
      { ...ending, sequence: a.machine.peer(c.community)?.sent ?? 0, ...shown },
    ],
    ['a write-off the day before it is due', 'too-early', { kind: 'write-off', at, back: null, order: order.bytes }],
    ['a code that was redeemed before', 'code-used', ordered(a, 'issue', fanOf(0), 'value/code', codeOf(1))],
    [
      'a counterfeit code',
      'code-unknown',
      ordered(a, 'issue', fanOf(0), 'value/code', { ...codeOf(0), secret: fill(1, 10) }),
    ],
    [
      'a code of no batch',
      'unknown-batch',
      ordered(a, 'issue', fanOf(0), 'value/code', { ...codeOf(0), batch: fill(1) }),
    ],
    [
      'a batch of a name that is taken',
      'batch-taken',
      ordered(a, 'issue', a.desk, 'value/batch', {
        batch: BATCH,
        root: fill(1),
        count: 1,
        amount: 5n,
        asset: a.asset,
        expiry: at + 1,
      }),
    ],
    [
      'a dispute about a purchase that was taken back',
      'unknown-receipt',
      ordered(a, 'dispute', fanOf(0), 'value/dispute', { receipt: 38, reason: null }),
    ],
    ['a gift to oneself', 'wrong-party', ordered(a, 'give', ada, 'value/give', give)],
    [
      'more given than there is',
      'insufficient-balance',
      ordered(a, 'give', fanOf(0), 'value/give', { ...give, amount: 900_000n }),
    ],
    [
      'a line that a member grants',
      'not-the-desk',
      ordered(a, 'line', fanOf(0), 'value/line', {
        community: b.community,
        code: 'TEST',
        scale: 2,
        limit: 5n,
        haircut: 0,
        expiry: at + 1,
        alone: true,
      }),
    ],
    [
      'a line with oneself',
      'wrong-party',
      ordered(a, 'line', a.desk, 'value/line', {
        community: a.community,
        code: 'TEST',
        scale: 2,
        limit: 5n,
        haircut: 0,
        expiry: at + 1,
        alone: true,
      }),
    ],
    ['a settlement again', 'replayed', { kind: 'settle', at, note: kindOf(a, 'settle').note }],
    ['a settlement after a gap', 'wrong-number', { kind: 'settle', at, note: settled(a, b, { number: 3 }) }],
    ['a settlement of nothing', 'zero-amount', { kind: 'settle', at, note: settled(a, b, { number: 2, amount: 0n }) }],
    [
      'a settlement that the creditor has not signed',
      'bad-signature',
      { kind: 'settle', at, note: settled(a, b, { number: 2 }, false) },
    ],
    ['a settlement of others', 'wrong-party', { kind: 'settle', at, note: settled(c, b) }],
    ['a netting again', 'already-netted', { kind: 'net', at, document: kindOf(a, 'net').document }],
    ['a netting that one has not signed', 'bad-signature', { kind: 'net', at, document: netted([a, c, b], c) }],
    ['a netting of others', 'wrong-party', { kind: 'net', at, document: netted([c, b]) }],
    [
      'a transfer whose order somebody else changed',
      'bad-signature',
      { kind: 'transfer-out', at, next: b.community, sequence: sent + 1, order: broken },
    ],
  ]
}

/** The destination's log: it knows a head of A with two transfers that wait. */
function wrongAtPayee({ a, c, b }: ValueTown): Wrong[] {
  const { at } = b.clock
  const next = (b.machine.peer(a.community)?.received ?? 0) + 1
  const asked = (sequence: number) => b.show(a, a.places.asks.get(`${hexOf(b.community)}/${sequence}`) as number)
  const taking = must(
    b.machine.transferIn({ source: a.community, sequence: next, ...asked(next) }, at),
  ) as TransferInEntry
  const again = kindOf(b, 'transfer-in', 0)
  const elsewhere = b.show(a, a.places.asks.get(`${hexOf(c.community)}/1`) as number)
  const head: HeadEntry = { ...kindOf(b, 'head', 0), at }
  must(a.issue(ada.publicKey, 1n))
  const shown = a.signed()
  const before = b.machine.peer(a.community)?.heads.at(-1)?.size ?? 0
  const { note, commit, path } = shown
  const newer: HeadEntry = { kind: 'head', at, note, commit, path, consistency: a.consistency(before, shown.size) }
  const parsed = parseCheckpoint(note)
  const lines = parsed.ok ? parsed.value.signatures.map(line => ({ ...line, signature: fill(1, 64) })) : []
  const unsigned = parsed.ok ? formatNote(parsed.value.text, lines) : note
  return [
    ['a transfer that was answered before', 'replayed', { ...again, at }],
    ['a transfer out of its turn', 'sequence-gap', { ...taking, sequence: next + 1, ...asked(next + 1) }],
    ['a delivery of more than was sent', 'wrong-outcome', { ...taking, amount: taking.amount + 1n }],
    ['a delivery after its time', 'expired', { ...taking, at: at + 60_001 }],
    ['a delivery divided otherwise', 'bad-split', { ...taking, split: fill(1) }],
    ['forwarded by the destination', 'wrong-outcome', { ...taking, outcome: 'forwarded', onward: 1 }],
    ['a leaf at another index', 'bad-proof', { ...taking, index: taking.index + 1 }],
    ['a leaf without its path', 'bad-proof', { ...taking, path: [] }],
    ['a leaf for another community', 'wrong-pair', { ...taking, ...elsewhere }],
    ['a leaf that asks nothing', 'bad-leaf', { ...taking, ...b.show(a, 0) }],
    ['a leaf of a community whose log is not known', 'unknown-head', { ...taking, source: fill(0x77), sequence: 1 }],
    ['an older head', 'stale-head', head],
    ['a head without the proof that it continues', 'bad-proof', { ...newer, consistency: [] }],
    ['a head with another leaf for its last', 'bad-proof', { ...newer, commit: a.entries[6] as Uint8Array }],
    ['a head that its log did not sign', 'bad-signature', { ...newer, note: unsigned }],
    [
      'an end of a transfer that never left',
      'unknown-transfer',
      { ...kindOf(a, 'transfer-end', 0), next: a.community, sequence: 9, at },
    ],
  ]
}

const ABOUT =
  'Logs (state.md): A pays in B, directly and over C; D pays in E by a later key of an account, and over one that claims what was not for it. Each entry with its leaf hash and the state root after it, the root of the tree over all, and entries that are refused, each when it is tried after the last one of its log; `code` is why.'

/** From fixed seeds: the same on every machine. */
export function valueLogVectors(): { readonly about: string; readonly logs: readonly ValueLogVectors[] } {
  const town = valueStory()
  const { a, c, b } = town
  const rogue = rogueStory()
  const logs = (
    [
      ['A', a],
      ['C', c],
      ['B', b],
      ['D', rogue.d],
      ['E', rogue.e],
    ] as const
  ).map(([name, log]) => ({
    name,
    ...replayed(log.init, originOf(log.community), [...log.entries]),
  }))
  const wrong: Readonly<Record<string, Wrong[]>> = {
    B: wrongAtPayee(valueStory()),
    A: wrongAtPayer(valueStory()),
    D: [['a delivery that an intermediate claims', 'bad-leaf', rogue.theft]],
  }
  return {
    about: ABOUT,
    logs: logs.map(log => ({
      ...log,
      invalid: (wrong[log.name] ?? []).map(([name, code, entry]) => ({ name, hex: hexOf(encodeEntry(entry)), code })),
    })),
  }
}
