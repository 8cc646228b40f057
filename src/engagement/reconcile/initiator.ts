import type { Answer, AuthorCursor, BatchCursor, Request } from '#protocols/sync/v1/codec.ts'
import { AUTHORS_MAX, IDS_MAX } from '#protocols/sync/v1/constants.ts'
import { batchOfAuthors, batchOfIds } from './batch.ts'
import { hexOf } from './bytes.ts'
import type { EventSet } from './event-set.ts'
import { INITIATOR_ROOM, reconcile, wholeRange } from './ranges.ts'
import type { Snapshot } from './snapshot.ts'
import { type Step, type SyncFault, step } from './step.ts'
import { planByVector } from './vector-plan.ts'

/** Differences gathered before they are exchanged: some 10 MB of ids. What is left is found by the next pass. */
const DIFFERENCES_MAX = 65_536
/** Messages of one reconciliation. An honest one needs its depth (five for 100,000 events) plus one per full message. */
const RECONCILE_MESSAGES_MAX = 1_000
/** Passes over the whole set in one session: each moves up to DIFFERENCES_MAX events and must move at least one. */
const PASSES_MAX = 64

export type SyncMode = 'same' | 'vector' | 'ranges'

type Out = Step<Request>
type Of<T extends Answer['t']> = Extract<Answer, { t: T }>
type State = 'opening' | 'fetch-authors' | 'push-authors' | 'reconcile' | 'fetch-ids' | 'push-ids' | 'ended'

const NO_PROGRESS: SyncFault = { code: 'no-progress', message: 'The other stage answered without getting further.' }

/** The asking side of one session, without I/O. One session brings both sides to the union of their events. */
export class Initiator {
  readonly #community: Uint8Array
  readonly #set: EventSet
  #state: State = 'opening'
  #mode: SyncMode = 'same'
  /** Goes on once a final batch is stored. */
  #then: (() => Out) | null = null
  #wanted: readonly AuthorCursor[] = []
  #offered: readonly AuthorCursor[] = []
  #snapshot: Snapshot | null = null
  #messages = 0
  #passes = 0
  #cutShort = false
  #moved = 0
  readonly #need = new Map<string, Uint8Array>()
  readonly #have = new Map<string, Uint8Array>()
  #asked: readonly Uint8Array[] = []
  #pushed: readonly Uint8Array[] = []

  constructor(community: Uint8Array, set: EventSet) {
    this.#community = community
    this.#set = set
  }

  /** How far the session had to go. */
  get mode(): SyncMode {
    return this.#mode
  }

  start(): Out {
    const snapshot = this.#set.snapshot()
    const fingerprint = snapshot.fingerprint(0, snapshot.size)
    return step({ send: { t: 'open', community: this.#community, fingerprint } })
  }

  receive(answer: Answer): Out {
    if (answer.t === 'error') return this.#end({ code: answer.code, message: answer.message })
    if (this.#state === 'opening' && answer.t === 'same') return this.#end('done')
    if (this.#state === 'opening' && answer.t === 'vector') return this.#plan(answer)
    if (this.#state === 'fetch-authors' && answer.t === 'events') return this.#authorsCame(answer)
    if (this.#state === 'push-authors' && answer.t === 'stored') return this.#pushAuthors()
    if (this.#state === 'reconcile' && answer.t === 'ranges') return this.#rangesCame(answer)
    if (this.#state === 'fetch-ids' && answer.t === 'events') return this.#idsCame(answer)
    if (this.#state === 'push-ids' && answer.t === 'stored') return this.#pushIds()
    return this.#end({ code: 'unexpected-answer', message: `The other stage answered "${answer.t}" out of turn.` })
  }

  /** The events of the last step are durable, or refused by the rules. */
  stored(): Out {
    const then = this.#then
    this.#then = null
    return then === null ? step({}) : then()
  }

  #end(end: 'done' | SyncFault): Out {
    this.#state = 'ended'
    return step({ end })
  }

  #store(events: readonly Uint8Array[], then: () => Out): Out {
    if (events.length === 0) return then()
    this.#then = then
    return step({ store: events })
  }

  #plan(answer: Of<'vector'>): Out {
    const plan = planByVector(this.#set, answer.authors, AUTHORS_MAX)
    if (plan.wanted.length + plan.offered.length > 0) this.#mode = 'vector'
    this.#wanted = plan.wanted
    this.#offered = plan.offered
    return this.#fetchAuthors()
  }

  #fetchAuthors(): Out {
    if (this.#wanted.length === 0) return this.#pushAuthors()
    this.#state = 'fetch-authors'
    return step({ send: { t: 'authors', authors: this.#wanted } })
  }

  #authorsCame({ events, next }: Of<'events'>): Out {
    if (next === null) return this.#store(events, () => this.#pushAuthors())
    const rest = restOf(this.#wanted, next)
    if (rest === null || events.length === 0) return this.#end(NO_PROGRESS)
    this.#wanted = rest
    return step({ store: events, send: { t: 'authors', authors: rest } })
  }

  #pushAuthors(): Out {
    if (this.#offered.length === 0) return this.#compare()
    this.#state = 'push-authors'
    const { events, next } = batchOfAuthors(this.#set, this.#offered)
    this.#offered = next === null ? [] : (restOf(this.#offered, next) ?? [])
    return events.length === 0 ? this.#compare() : step({ send: { t: 'push', events } })
  }

  /** Whatever the vectors could not tell (gaps, two events with one sequence, too many authors) shows here. */
  #compare(): Out {
    this.#state = 'reconcile'
    this.#passes++
    this.#messages = 0
    this.#moved = 0
    this.#cutShort = false
    this.#snapshot = this.#set.snapshot()
    return step({ send: { t: 'reconcile', ranges: wholeRange(this.#snapshot) } })
  }

  #rangesCame(answer: Of<'ranges'>): Out {
    if (++this.#messages > RECONCILE_MESSAGES_MAX) return this.#end(NO_PROGRESS)
    const ours = reconcile(this.#snapshot as Snapshot, answer.ranges, INITIATOR_ROOM)
    for (const id of [...answer.have, ...ours.need]) this.#need.set(hexOf(id), id)
    for (const id of [...answer.need, ...ours.have]) this.#have.set(hexOf(id), id)
    if (this.#need.size + this.#have.size > 0 || answer.ranges.length > 0) this.#mode = 'ranges'
    if (ours.ranges.length > 0 && this.#need.size + this.#have.size < DIFFERENCES_MAX)
      return step({ send: { t: 'reconcile', ranges: ours.ranges } })
    this.#cutShort = ours.ranges.length > 0
    return this.#fetchIds()
  }

  #fetchIds(): Out {
    this.#state = 'fetch-ids'
    // Gossip may have brought some meanwhile.
    const missing = this.#set.missing([...this.#need.values()])
    this.#need.clear()
    for (const id of missing) this.#need.set(hexOf(id), id)
    return this.#askIds()
  }

  #askIds(): Out {
    this.#asked = firstOf(this.#need)
    if (this.#asked.length === 0) return this.#pushIds()
    return step({ send: { t: 'ids', ids: this.#asked } })
  }

  #idsCame({ events, next }: Of<'events'>): Out {
    const reached = next === null ? this.#asked.length : next[0]
    if (reached === 0 || reached > this.#asked.length) return this.#end(NO_PROGRESS)
    for (const id of this.#asked.slice(0, reached)) this.#need.delete(hexOf(id))
    this.#moved += events.length
    if (this.#need.size === 0) return this.#store(events, () => this.#pushIds())
    return step({ ...this.#askIds(), store: events })
  }

  #pushIds(): Out {
    this.#state = 'push-ids'
    while (this.#have.size > 0 || this.#pushed.length > 0) {
      if (this.#pushed.length === 0) this.#pushed = firstOf(this.#have)
      const { events, next } = batchOfIds(this.#set, this.#pushed)
      for (const id of this.#pushed.slice(0, next?.[0])) this.#have.delete(hexOf(id))
      this.#pushed = next === null ? [] : this.#pushed.slice(next[0])
      this.#moved += events.length
      if (events.length > 0) return step({ send: { t: 'push', events } })
    }
    const again = this.#cutShort && this.#moved > 0 && this.#passes < PASSES_MAX
    return again ? this.#compare() : this.#end('done')
  }
}

/** What is left of a request after a batch stopped at `next`, or `null` when it did not advance. */
function restOf(cursors: readonly AuthorCursor[], [index, after]: BatchCursor): AuthorCursor[] | null {
  const current = cursors[index]
  if (current === undefined || after <= current[1]) return null
  return [[current[0], after], ...cursors.slice(index + 1)]
}

/** As many ids as one message may name. */
function firstOf(ids: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  const out: Uint8Array[] = []
  for (const id of ids.values()) {
    if (out.length === IDS_MAX) break
    out.push(id)
  }
  return out
}
