import type { Answer, Request, SyncErrorCode } from '#protocols/sync/v1/codec.ts'
import { AUTHORS_MAX } from '#protocols/sync/v1/constants.ts'
import type { Range } from '#protocols/sync/v1/ranges.ts'
import { batchOfAuthors, batchOfIds } from './batch.ts'
import { compareIds } from './bytes.ts'
import type { EventSet } from './event-set.ts'
import { RESPONDER_ROOM, reconcile } from './ranges.ts'
import type { Snapshot } from './snapshot.ts'
import { type Step, type StoreCount, step } from './step.ts'

type SessionRequest = Exclude<Request, { t: 'log' }>

/** One whole range with a fingerprint: how a reconciliation begins (spec: "Reconciliation"). */
const begins = (ranges: readonly Range[]): boolean =>
  ranges.length === 1 && ranges[0]?.mode === 'fingerprint' && ranges[0].upper === null

const refuse = (code: SyncErrorCode, message: string): Step<Answer> => step({ send: { t: 'error', code, message } })

/** The accepting side of one session, without I/O: one answer to each request. */
export class Responder {
  readonly #lookup: (community: Uint8Array) => EventSet | null
  #set: EventSet | null = null
  #snapshot: Snapshot | null = null
  #storing = false

  /** `lookup` answers the events of a community that this stage holds, or `null`. */
  constructor(lookup: (community: Uint8Array) => EventSet | null) {
    this.#lookup = lookup
  }

  receive(request: SessionRequest): Step<Answer> {
    if (this.#storing) return refuse('out-of-order', 'Wait for the answer before the next request.')
    if (request.t === 'open') return this.#open(request.community, request.fingerprint)
    if (this.#set === null) return refuse('out-of-order', 'Begin with an open message that names a community.')
    switch (request.t) {
      case 'authors':
        return step({ send: { t: 'events', ...batchOfAuthors(this.#set, request.authors) } })
      case 'ids':
        return step({ send: { t: 'events', ...batchOfIds(this.#set, request.ids) } })
      case 'push':
        this.#storing = true
        return step({ store: request.events })
      case 'reconcile':
        return this.#reconcile(this.#set, request.ranges)
    }
  }

  /** The events of the last step are durable, or refused by the rules. */
  stored(count: StoreCount): Step<Answer> {
    this.#storing = false
    return step({ send: { t: 'stored', ...count } })
  }

  #open(community: Uint8Array, fingerprint: Uint8Array): Step<Answer> {
    if (this.#set !== null) return refuse('out-of-order', 'A session is about one community.')
    this.#set = this.#lookup(community)
    if (this.#set === null) return refuse('unknown-community', 'This stage does not hold that community.')
    const snapshot = this.#set.snapshot()
    if (compareIds(snapshot.fingerprint(0, snapshot.size), fingerprint) === 0) return step({ send: { t: 'same' } })
    const rows = this.#set.vector(AUTHORS_MAX)
    const authors = rows?.map(row => [row.author, row.seqMax, row.count] as const) ?? null
    return step({ send: { t: 'vector', authors } })
  }

  #reconcile(set: EventSet, ranges: readonly Range[]): Step<Answer> {
    if (begins(ranges)) this.#snapshot = set.snapshot()
    if (this.#snapshot === null) return refuse('out-of-order', 'Begin a reconciliation with one whole range.')
    const answer = reconcile(this.#snapshot, ranges, RESPONDER_ROOM)
    return step({ send: { t: 'ranges', ranges: answer.ranges, have: answer.have, need: answer.need } })
  }
}
