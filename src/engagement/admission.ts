import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { FAN_EVENT_BYTES_MAX } from '#protocols/engagement/v1/constants.ts'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import { ORDER_BYTES_MAX } from '#protocols/ledger/v1/limits.ts'
import { type KnownEvent, readBody } from './events.ts'

/** What the rules need to know of the stage to judge one envelope. */
export interface AdmissionContext {
  readonly nowMs: number
  /** Whether this stage holds the community: its own, or one it follows. */
  readonly holds: boolean
  /** Whether the community is this stage's own. */
  readonly own: boolean
  /** Whether the community has banned the author, as far as this stage knows. */
  readonly banned: boolean
  /** Highest sequence held of this author in this community; 0 when none. */
  readonly seqMax: number
  /** `local` and `gossip`: said now, here or at another stage. `history`: brought by a sync. */
  readonly manner: 'local' | 'gossip' | 'history'
}

export type AdmissionCode =
  | 'unknown-community'
  | 'bad-envelope'
  | 'clock-off'
  | 'not-a-member'
  | 'not-for-you'
  | 'conflict'

export interface Refusal {
  readonly code: AdmissionCode
  readonly message: string
  /** Whether the peer that handed it on is to blame: an honest peer would not have passed it. */
  readonly blame: boolean
}

/** What an admitted envelope is: an event for the set, or an order for the ledger. `known` is null for newer types. */
export interface Admitted {
  readonly kind: 'event' | 'order'
  readonly known: KnownEvent | null
}

/** How far ahead an author's clock may run: phones drift by minutes, and a later date must not win every ordering. */
export const CLOCK_AHEAD_MS_MAX = 5 * 60 * 1000

/** How far back an author may date what it says here and now: as far as its clock may run ahead, and not into a closed poll. */
export const CLOCK_BEHIND_MS_MAX = 5 * 60 * 1000

/** The next sequence after it is still an integer that every machine counts exactly. */
export const SEQ_MAX = Number.MAX_SAFE_INTEGER - 1

/** Polls are asked, releases published, roles and handles given and appeals answered by the community itself. */
const COMMUNITY_ONLY =
  /^(?:catalog\/.*|engagement\/(?:poll|ballot|event|moderation|role|answer|grant)|value\/issue|agreement\/settle)$/
const AREAS = /^(?:catalog|engagement|value|account|agreement)\//
/** What the ledger executes. */
const ORDERS = /^(?:value|account|agreement)\//

/** Most bytes of an envelope by anybody but the community. Terms of many parties need more than what people say. */
const bytesMax = (type: string): number => (type === 'agreement/propose' ? ORDER_BYTES_MAX : FAN_EVENT_BYTES_MAX)

const refuse = (code: AdmissionCode, message: string, blame: boolean): Result<never, Refusal> =>
  err({ code, message, blame })

/**
 * Judges one envelope whose signature is verified. Deterministic: the same envelope and context give the same answer.
 * History is judged by form and authorship alone, so that stages converge on the same set whatever they knew when.
 */
export function admit(envelope: Envelope, context: AdmissionContext): Result<Admitted, Refusal> {
  const { type, at, author, community, seq, bytes } = envelope
  const byCommunity = equals(author, community)
  if (!context.holds) return refuse('unknown-community', 'this stage does not follow that community', false)
  if (!AREAS.test(type)) return refuse('bad-envelope', `"${type}" belongs to no area of this protocol`, true)
  if (seq < 1 || seq > SEQ_MAX) return refuse('bad-envelope', 'a sequence starts at 1 and ends before 2^53 - 1', true)
  if (!byCommunity && bytes.length > bytesMax(type)) {
    return refuse('bad-envelope', `an event has at most ${bytesMax(type)} bytes; say it in fewer words`, true)
  }
  if (at > context.nowMs + CLOCK_AHEAD_MS_MAX) {
    return refuse('clock-off', 'the event is dated in the future: check the clock of the device', false)
  }
  if (context.manner === 'local' && at < context.nowMs - CLOCK_BEHIND_MS_MAX) {
    return refuse('clock-off', 'the event is dated in the past: check the clock of the device', false)
  }
  if (COMMUNITY_ONLY.test(type) && !byCommunity) {
    return refuse('not-for-you', `only the community itself may sign ${type}`, true)
  }
  const body = readBody(type, envelope.body)
  if (!body.ok) return refuse('bad-envelope', `${body.error.path}: ${body.error.message}`, true)
  if (ORDERS.test(type)) {
    if (context.own && context.manner === 'local') return ok({ kind: 'order', known: body.value })
    return refuse('not-for-you', 'an order goes to the community that keeps the account, not to this stage', false)
  }
  if (context.manner === 'history') return ok({ kind: 'event', known: body.value })
  // A community that banned its own key by mistake can still take it back; anybody banned may ask it to.
  if (context.banned && !byCommunity && type !== 'engagement/appeal')
    return refuse('not-a-member', 'the community has banned this key', false)
  if (context.manner === 'local' && seq <= context.seqMax) {
    return refuse('conflict', `sequence ${seq} is taken: the next is ${context.seqMax + 1}`, false)
  }
  return ok({ kind: 'event', known: body.value })
}
