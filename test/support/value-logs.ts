import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import type { Result } from '#protocols/codec/result.ts'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { readAnswer, readAsking } from '#src/ledger/machine/foreign-leaves.ts'
import type { Applied } from '#src/ledger/machine/machine.ts'
import { consistencyProof, inclusionProof, leafHash, type NodeReader, nodeHash, rootAt } from '#src/ledger/merkle.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'
import { type TestAuthor, testAuthor } from './author.ts'
import { ada, bo, DAY_MS, RELEASE } from './ledger-story.ts'
import { type Body, createLedgerWriter, type GivenWriter, nobleHasher as hasher, must } from './ledger-writer.ts'

export const hexOf = (key: Uint8Array): string => toText(key, 'base16')
export const DESKS: readonly TestAuthor[] = [1, 602, 603, 604, 605].map(testAuthor)
/** Fine units in one minor unit of the logs' asset, which has two decimal places. */
export const CENT = 10_000_000n

/** The tree over entries as they come. */
export function growingTree(entries: readonly Uint8Array[]) {
  const nodes = new Map<string, Uint8Array>()
  const read: NodeReader = (level, index) => {
    const key = `${level}/${index}`
    const known = nodes.get(key)
    if (known !== undefined) return known
    const made =
      level === 0
        ? leafHash(hasher, entries[index] as Uint8Array)
        : nodeHash(hasher, read(level - 1, 2 * index), read(level - 1, 2 * index + 1))
    nodes.set(key, made)
    return made
  }
  return {
    root: (size: number) => rootAt(hasher, read, size),
    path: (index: number, size: number) => inclusionProof(hasher, read, index, size),
    consistency: (from: number, to: number) => consistencyProof(hasher, read, from, to),
  }
}

/** Where a log's own leaves about transfers stand, by `<community hex>/<sequence>`. */
export interface Places {
  /** Leaves that ask a next hop. */
  readonly asks: Map<string, number>
  /** Leaves that answer a hop before. */
  readonly answers: Map<string, number>
}

const decoded = (bytes: Uint8Array) => {
  const entry = decodeEntry(bytes)
  if (!entry.ok) throw new Error(entry.error.message)
  return entry.value
}

function note({ asks, answers }: Places, index: number, bytes: Uint8Array): void {
  const entry = decoded(bytes)
  if (entry.kind === 'transfer-out') asks.set(`${hexOf(entry.next)}/${entry.sequence}`, index)
  if (entry.kind === 'transfer-in' && entry.outcome === 'forwarded') {
    const { stops = [], here = 0 } = readAsking(bytes) ?? {}
    asks.set(`${hexOf(stops[here] as Uint8Array)}/${entry.onward}`, index)
  }
  const answer = readAnswer(bytes)
  if (answer !== null && answer.outcome !== 'forwarded')
    answers.set(`${hexOf(answer.source)}/${answer.sequence}`, index)
}

type Writer = ReturnType<typeof createLedgerWriter>

/** Another log as its neighbours see it. */
export interface ShownLog {
  readonly community: Uint8Array
  readonly generation: number
  readonly places: Places
  readonly clock: Writer['clock']
  signed(): { readonly size: number; readonly note: string; readonly commit: Uint8Array; readonly path: Uint8Array[] }
  consistency(from: number, to: number): Uint8Array[]
  path(index: number, size: number): Uint8Array[]
  leaf(index: number): Uint8Array
}

type Done = Result<Applied, RuleFault>
const ok = (applied: Applied): Done => ({ ok: true, value: applied })
const NOTHING: Applied = { index: -1, postings: [], lines: [], statements: [] }

/** A log that deals with others: signs heads, shows leaves, and takes those of others in. */
export function createValueLog(desk: TestAuthor, given: GivenWriter & { generation?: number } = {}) {
  const { generation = 1 } = given
  const places: Places = { asks: new Map(), answers: new Map() }
  const init = given.init ?? { ...createLedgerWriter().init, community: desk.publicKey }
  const log = createLedgerWriter({ ...given, init, desk, appended: (bytes, { index }) => note(places, index, bytes) })
  const { machine, entries, community, clock } = log
  const tree = growingTree(entries)
  const origin = originOf(community, generation)

  function signed() {
    if (machine.committed !== machine.size) must(log.commit())
    const size = machine.size
    const text = checkpointText(origin, size, tree.root(size))
    const keyId = keyIdOf(sha256, origin, community)
    const signature = desk.sign(fromString(text))
    const commit = entries[size - 1] as Uint8Array
    return {
      size,
      note: formatNote(text, [{ name: origin, keyId, signature }]),
      commit,
      path: tree.path(size - 1, size),
    }
  }

  /** Enters the newest head of another log, when it is news. */
  function learn(other: ShownLog): Done {
    const { size, note, commit, path } = other.signed()
    const known = machine.peer(other.community)?.heads.find(head => head.generation === other.generation)
    if (known?.size === size) return ok(NOTHING)
    const consistency = known === undefined ? [] : other.consistency(known.size, size)
    clock.at = Math.max(clock.at, machine.lastAt)
    const entry = machine.head({ note, commit, path, consistency }, clock.at)
    return entry.ok ? log.append(entry.value) : entry
  }

  const show = (other: ShownLog, index: number) => {
    const size =
      machine.peer(other.community)?.heads.find(head => head.generation === other.generation)?.size ?? index + 1
    return { index, leaf: other.leaf(index), path: other.path(index, Math.max(size, index + 1)) }
  }

  /** Answers a transfer that another log's leaf asks for; the next one when no sequence is named. */
  function take(other: ShownLog, sequence = (machine.peer(other.community)?.received ?? 0) + 1, refuse?: string): Done {
    const learned = learn(other)
    if (!learned.ok) return learned
    const index = other.places.asks.get(`${hexOf(community)}/${sequence}`)
    if (index === undefined) throw new Error('that log asks for no such transfer')
    const entry = machine.transferIn({ source: other.community, sequence, ...show(other, index) }, clock.at, refuse)
    return entry.ok ? log.append(entry.value) : entry
  }

  /** Ends a transfer here by what the next hop's log shows. */
  function end(other: ShownLog, sequence: number): Done {
    const learned = learn(other)
    if (!learned.ok) return learned
    const index = other.places.answers.get(`${hexOf(community)}/${sequence}`)
    if (index === undefined) throw new Error('that log answers no such transfer')
    const entry = machine.transferEnd({ next: other.community, sequence, ...show(other, index) }, clock.at)
    return entry.ok ? log.append(entry.value) : entry
  }

  return {
    ...log,
    generation,
    places,
    signed,
    consistency: tree.consistency,
    path: tree.path,
    leaf: (index: number) => entries[index] as Uint8Array,
    learn,
    show,
    take,
    end,
    /** The community opens a line for another. */
    line: (other: { community: Uint8Array }, limit: bigint, more: Partial<Body<'value/line'>> = {}) =>
      log.order(desk, 'value/line', {
        community: other.community,
        code: 'TEST',
        scale: 2,
        limit,
        haircut: 0,
        expiry: clock.at + 300 * DAY_MS,
        alone: true,
        ...more,
      }),
    send: (payer: TestAuthor, to: { community: Uint8Array }, more: Partial<Body<'value/transfer'>> = {}) =>
      log.order(payer, 'value/transfer', transfer(log, to, more)),
    writeOff: (next: { community: Uint8Array }, sequence: number) =>
      log.order(desk, 'value/write-off', { community: next.community, sequence }),
    position: (other: { community: Uint8Array }) => machine.position(other.community, 'TEST', 2),
    held: (other: { community: Uint8Array }) => machine.balance(`hold:${hexOf(other.community)}`, assetOf(log)),
    holds: (account: Uint8Array) => machine.balance(`acct:${hexOf(account)}`, assetOf(log)),
  }
}

export type ValueLog = ReturnType<typeof createValueLog>

export const assetOf = ({ community }: { community: Uint8Array }): string => `TEST/2/${hexOf(community)}`

export function transfer(
  log: Pick<Writer, 'asset' | 'clock'>,
  to: { community: Uint8Array },
  more: Partial<Body<'value/transfer'>> = {},
): Body<'value/transfer'> {
  return {
    amount: 500n,
    asset: log.asset,
    to: to.community,
    via: [],
    payee: `release/${RELEASE}`,
    minimum: 0n,
    expiry: log.clock.at + 60_000,
    use: 'tip',
    reference: null,
    quote: null,
    ...more,
  }
}

/** Terms of two parties who both sign. */
export function agree(log: ValueLog): Uint8Array {
  const splits = [
    { party: 'Ada', shares: 6_000 },
    { party: 'Bo', shares: 4_000 },
  ]
  const keys = new Map([
    ['Ada', ada.publicKey],
    ['Bo', bo.publicKey],
  ])
  const terms = encodeTerms(termsFromSplits(RELEASE, 'Night Bus', splits, keys))
  const agreement = sha256(terms)
  must(log.order(log.desk, 'agreement/propose', { terms }))
  for (const party of [ada, bo]) must(log.order(party, 'agreement/sign', { agreement }))
  return agreement
}

/** Logs that have begun; in each a fan (seed 700 + its place) holds 100.00, and an agreement for the release is in force. */
export function openTown(count: number): ValueLog[] {
  return DESKS.slice(0, count).map((desk, at) => {
    const log = createValueLog(desk)
    must(log.genesis())
    must(log.issue(fanOf(at).publicKey, 10_000n))
    agree(log)
    return log
  })
}

const FANS = DESKS.map((_, at) => testAuthor(700 + at))
export const fanOf = (at: number): TestAuthor => FANS[at] as TestAuthor

/** Everything that two logs can tell each other about transfers between them. */
export function meet(a: ValueLog, b: ValueLog): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const sent = from.machine.peer(to.community)?.sent ?? 0
    for (let next = (to.machine.peer(from.community)?.received ?? 0) + 1; next <= sent; next++)
      must(to.take(from, next))
    for (const { sequence } of [...from.machine.outs(to.community)])
      if (to.places.answers.has(`${hexOf(from.community)}/${sequence}`)) must(from.end(to, sequence))
  }
}
