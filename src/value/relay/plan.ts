import { compareIds } from '#src/kernel/money-apportion.ts'
import type { Neighbour, PendingOut, RelayAct, RelayView, Shown, Trust, Waiting } from './view.ts'

/** Items in one message of the value protocol. */
export const RELAY_ITEMS_MAX = 64

export interface RelayTimes {
  /** How long an answer may take before it is asked for, ms. */
  readonly askEveryMs: number
  /** After an order's expiry, how long the next hop's silence is waited for before the transfer is written off, ms. */
  readonly recourseMs: number
}

const bySequence = (a: { readonly sequence: number }, b: { readonly sequence: number }): number =>
  a.sequence - b.sequence

const byExpiry = (a: PendingOut, b: PendingOut): number =>
  a.expiry - b.expiry || compareIds(a.next, b.next) || bySequence(a, b)

/** Proofs that wait first: they free what is held. Each ends one transfer that is still open here. */
function ends(pending: readonly PendingOut[], waiting: readonly Waiting[]): RelayAct[] {
  return waiting
    .filter(({ what }) => what === 'result')
    .filter(({ from, sequence }) => pending.some(out => out.next === from && out.sequence === sequence))
    .sort(bySequence)
    .map(({ from, sequence }) => ({ act: 'end', next: from, sequence }))
}

/** Their transfers enter in the order of their sequences, without a gap. */
function takes({ community, received }: Neighbour, waiting: readonly Waiting[]): RelayAct[] {
  const there = new Set(
    waiting.filter(({ from, what }) => from === community && what === 'ask').map(({ sequence }) => sequence),
  )
  const acts: RelayAct[] = []
  for (let sequence = received + 1; there.has(sequence); sequence++)
    acts.push({ act: 'take', source: community, sequence })
  return acts
}

/**
 * As many as one message holds, beginning elsewhere each time: some may stay silent for ever, and must not hide those after them.
 * Windows overlap by half, so that one that is skipped is made up for.
 */
function inRotation(sequences: readonly number[], turn: number): number[] {
  if (sequences.length <= RELAY_ITEMS_MAX) return [...sequences]
  const first = (turn * (RELAY_ITEMS_MAX / 2)) % sequences.length
  return [...sequences.slice(first), ...sequences.slice(0, first)].slice(0, RELAY_ITEMS_MAX)
}

/**
 * What is given up without asking anybody: the oldest first, each as far as there is room for it. A neighbour that was silent on
 * purpose can still prove a delivery; so what may be lost that way is bounded by what the community granted it.
 */
function writeOffs(due: readonly PendingOut[], trust: readonly Trust[]): RelayAct[] {
  const room = new Map(trust.map(one => [`${one.community} ${one.asset}`, one.room]))
  const acts: RelayAct[] = []
  for (const { next, sequence, asset, net } of due.toSorted(byExpiry)) {
    const left = (room.get(`${next} ${asset}`) ?? 0n) - net
    if (left < 0n) continue
    room.set(`${next} ${asset}`, left)
    acts.push({ act: 'write-off', next, sequence })
  }
  return acts
}

const isHere = (out: PendingOut): out is Shown => out.index !== null

/** What a neighbour that can be spoken to is to be told and asked. */
function talk(view: RelayView, neighbour: Neighbour, ended: ReadonlySet<number>, now: number, times: RelayTimes) {
  const { community, took, askedAt } = neighbour
  const acts: RelayAct[] = []
  const decided = view.decided.filter(({ source, index }) => source === community && index < view.certified)
  if (decided.length > 0)
    acts.push({ act: 'return', to: community, items: decided.toSorted(bySequence).slice(0, RELAY_ITEMS_MAX) })
  const open = view.pending.filter(out => out.next === community && !ended.has(out.sequence)).sort(bySequence)
  const unsent = open.filter(isHere).filter(({ sequence }) => sequence > took)
  const certified = unsent.findIndex(({ index }) => index >= view.certified)
  const items = unsent.slice(0, certified < 0 ? RELAY_ITEMS_MAX : Math.min(certified, RELAY_ITEMS_MAX))
  if (items.length > 0) acts.push({ act: 'send', to: community, items })
  // What cannot be shown may have been taken, whatever the neighbour said since this process began.
  const silent = open.filter(out => !isHere(out) || out.sequence <= took).map(({ sequence }) => sequence)
  if (silent.length > 0 && now - askedAt >= times.askEveryMs)
    acts.push({ act: 'ask', from: community, sequences: inRotation(silent, Math.floor(now / times.askEveryMs)) })
  return acts
}

/**
 * What the relay does next, from what the log holds and what is known of the neighbours. Pure and deterministic; every act is
 * idempotent, so that a process that dies between any two of them goes on from the log alone. Acts on the own log come first,
 * in an order in which each is possible after those before it.
 */
export function planRelay(view: RelayView, now: number, times: RelayTimes): RelayAct[] {
  const neighbours = view.neighbours.toSorted((a, b) => compareIds(a.community, b.community))
  const ending = ends(view.pending, view.waiting)
  const endedOf = (community: string): Set<number> =>
    new Set(ending.flatMap(act => (act.act === 'end' && act.next === community ? [act.sequence] : [])))
  const acts = [...ending, ...neighbours.flatMap(neighbour => takes(neighbour, view.waiting))]
  const due = view.pending.filter(
    ({ next, sequence, expiry, written }) =>
      !written && now >= expiry + times.recourseMs && !endedOf(next).has(sequence),
  )
  acts.push(...writeOffs(due, view.trust))
  for (const neighbour of neighbours)
    if (neighbour.connected && now >= neighbour.retryAt)
      acts.push(...talk(view, neighbour, endedOf(neighbour.community), now, times))
  return acts
}
