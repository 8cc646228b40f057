import { StageError } from '#node/errors.ts'
import type { EventStore } from '#node/ports/event-store.ts'
import type { Accepted, Intake, Rejection } from '#node/ports/intake.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { Result } from '#protocols/codec/result.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import type { Clock, Signer } from '#src/kernel/ports.ts'

export interface AuthorInit {
  readonly signer: Signer
  readonly store: EventStore
  readonly ledger: Pick<OwnLog, 'account'>
  readonly intake: Intake
  readonly clock: Clock
}

/** Turns a refusal into the error that a front end shows. */
export function unwrap(result: Result<Accepted, Rejection>): Accepted {
  if (result.ok) return result.value
  throw new StageError(result.error.code, result.error.message, { bits: result.error.bits })
}

/** Speaks with the community's own key, one sequence after another, through the one door like everybody else. */
export function createAuthor({ signer, store, ledger, intake, clock }: AuthorInit) {
  let last: Promise<unknown> = Promise.resolve()
  const self = signer.publicKey

  const submitNow = async (type: string, body: unknown, seq: number): Promise<Accepted> => {
    const payload = encodePayload({ type, author: self, community: self, seq, at: clock.nowMs(), body })
    const signature = await signer.sign(signedBytes(type, payload))
    return unwrap(await intake.submit(encodeEnvelope(payload, signature), { kind: 'local' }))
  }

  /** The next sequence is known only when the one before is kept. */
  const inTurn = (work: () => Promise<Accepted>): Promise<Accepted> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }

  return {
    /** Says something to the community. Resolves when the event is durable. Throws `StageError` when the door refuses. */
    submit: (type: string, body: unknown): Promise<Accepted> =>
      inTurn(() => submitNow(type, body, store.nextSeq(self, self))),
    /** Gives an order to the ledger, whose sequences are times (`protocols/value/v1/spec.md`). Likewise. */
    order: <T extends OrderType>(type: T, body: OrderBodies[T]): Promise<Accepted> =>
      inTurn(() => submitNow(type, body, Math.max(clock.nowMs(), ledger.account(self).seq + 1))),
  }
}

export type Author = ReturnType<typeof createAuthor>
