import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { EventStore } from '#node/ports/event-store.ts'
import type { Accepted, AcceptedEvent, Executed, Intake, Rejection, Source } from '#node/ports/intake.ts'
import type { LedgerFault } from '#node/ports/ledger.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, type Envelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { type AdmissionContext, type Admitted, admit } from '#src/engagement/admission.ts'
import type { KnownEvent } from '#src/engagement/events.ts'
import type { RateLimit } from '#src/engagement/rate.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { createGroupCommit } from './group-commit.ts'
import { createRateLimiter } from './rate-limiter.ts'
import type { RoomDoor } from './room-door.ts'

/** What became of envelopes, for metrics. */
export type IntakeOutcome = 'accepted' | 'known' | Rejection['code']

/** A new event, after it is durable and projected. `known` is null for types of newer versions. */
export interface Appended {
  readonly event: AcceptedEvent
  readonly known: KnownEvent | null
  readonly source: Source
}

export interface IntakeInit {
  readonly own: Uint8Array
  readonly store: EventStore
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  readonly rate: RateLimit
  /** Whether this stage holds a community: its own, or one it follows. */
  readonly holds: (community: Uint8Array) => boolean
  readonly isBanned: (community: Uint8Array, author: Uint8Array) => boolean
  /** Rules of moderation and rooms; none unless given. */
  readonly room?: RoomDoor
  /** Whether the disk has room for what others than the community itself say. */
  readonly hasRoom: () => boolean
  /** Executes an order on the ledger; resolves when its entry is durable. */
  readonly execute: (event: AcceptedEvent, order: KnownEvent) => Promise<Result<Executed, LedgerFault>>
  /** Likewise a signed voucher, whose signature the ledger verifies. */
  readonly executeVoucher: (bytes: Uint8Array) => Promise<Result<Executed, LedgerFault>>
  /** Called once for each new event, in the order in which they became durable. Must not throw. */
  readonly appended: (event: Appended) => void
  readonly count: (source: Source['kind'], outcome: IntakeOutcome) => void
}

const MANNER = { local: 'local', gossip: 'gossip', sync: 'history' } as const

/** The one door: decode, verify, judge, append, project, tell. */
export function createIntake(init: IntakeInit): Intake {
  const { store, clock } = init
  const commit = createGroupCommit(events => store.append(events))
  const limiter = createRateLimiter(init.rate)

  const contextFor = (envelope: Envelope, source: Source): AdmissionContext => ({
    nowMs: clock.nowMs(),
    holds: init.holds(envelope.community),
    own: equals(envelope.community, init.own),
    banned: source.kind !== 'sync' && init.isBanned(envelope.community, envelope.author),
    seqMax: source.kind === 'local' ? store.nextSeq(envelope.community, envelope.author) - 1 : 0,
    manner: MANNER[source.kind],
  })

  const isSigned = ({ author, type, payload, signature }: Envelope): boolean =>
    init.verifier.verify(author, signedBytes(type, payload), signature)

  const judge = (event: AcceptedEvent, source: Source): Result<Admitted, Rejection> => {
    const { envelope } = event
    if (!isSigned(envelope)) return FORGED
    const admitted = admit(envelope, contextFor(envelope, source))
    if (!admitted.ok) {
      const { code, message: why, blame } = admitted.error
      return reject(code, sentence(why), blame ? 'reject' : 'ignore')
    }
    if (!equals(envelope.author, init.own) && !init.hasRoom()) {
      return NO_ROOM
    }
    const limited = source.kind !== 'sync' && !equals(envelope.author, envelope.community)
    if (limited && !limiter.take(envelope.author, clock.nowMs())) {
      return reject(
        'rate-limited',
        'That is faster than this community allows. Wait a few seconds and try again.',
        'ignore',
      )
    }
    const refused = init.room?.(event, admitted.value.known, source) ?? null
    return refused === null ? admitted : err(refused)
  }

  const append = async (event: AcceptedEvent, known: KnownEvent | null, source: Source): Promise<Accepted> => {
    const added = await commit.add(event)
    if (added) init.appended({ event, known, source })
    return { id: event.id, status: added ? 'accepted' : 'known', receipt: null, ack: null }
  }

  const submit = async (bytes: Uint8Array, source: Source): Promise<Result<Accepted, Rejection>> => {
    const decoded = decodeEnvelope(bytes)
    if (!decoded.ok) return reject('bad-envelope', sentence(`not a valid envelope: ${decoded.error.message}`), 'reject')
    const envelope = decoded.value
    if (source.kind === 'gossip' && !equals(envelope.community, source.community)) {
      return reject('bad-envelope', 'The envelope is for another community than the topic it came by.', 'reject')
    }
    const id = init.hasher.sha256(signedBytes(envelope.type, envelope.payload))
    if (store.has(id)) {
      // The id does not cover the signature: the same event under any other 64 bytes would be a new message to gossip.
      if (source.kind === 'gossip' && !isSigned(envelope)) return FORGED
      return ok({ id, status: 'known', receipt: null, ack: null })
    }
    const event = { id, envelope }
    const judged = judge(event, source)
    if (!judged.ok) return judged
    const { kind, known } = judged.value
    if (kind === 'event') return ok(await append(event, known, source))
    if (known === null) return reject('bad-envelope', 'This version does not know that kind of order.', 'ignore')
    return fromLedger(await init.execute(event, known))
  }

  const submitVoucher = async (bytes: Uint8Array): Promise<Result<Accepted, Rejection>> =>
    init.hasRoom() ? fromLedger(await init.executeVoucher(bytes)) : NO_ROOM

  const counted = async (kind: Source['kind'], work: Promise<Result<Accepted, Rejection>>) => {
    const result = await work.catch(diskRefusal)
    init.count(kind, result.ok ? result.value.status : result.error.code)
    return result
  }

  return {
    submit: (bytes, source) => counted(source.kind, submit(bytes, source)),
    voucher: bytes => counted('local', submitVoucher(bytes)),
  }
}

function fromLedger(executed: Result<Executed, LedgerFault>): Result<Accepted, Rejection> {
  if (!executed.ok) return reject(executed.error.code, sentence(executed.error.message), 'ignore')
  const { id, index, ack, known } = executed.value
  return ok({ id, status: known ? 'known' : 'accepted', receipt: index, ack })
}

const reject = (code: Rejection['code'], message: string, gossip: Rejection['gossip']): Result<never, Rejection> =>
  err({ code, message, gossip })

const NO_ROOM = reject(
  'disk-full',
  'The disk of this stage is nearly full. Nothing was lost; try again later.',
  'ignore',
)

const FORGED = reject('bad-signature', 'The signature does not match the author and the content.', 'reject')

/** A full or broken disk is this stage's trouble: nothing was appended, and the peer is not to blame. */
function diskRefusal(cause: unknown): Result<never, Rejection> {
  if (cause instanceof StageError) return reject(cause.code, cause.message, 'ignore')
  throw cause
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
