import { StageError } from '#node/errors.ts'
import type { EventStore } from '#node/ports/event-store.ts'
import type { Accepted, Intake, Rejection } from '#node/ports/intake.ts'
import type { Result } from '#protocols/codec/result.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { Clock, Signer } from '#src/kernel/ports.ts'

export interface AuthorInit {
  readonly signer: Signer
  readonly store: EventStore
  readonly intake: Intake
  readonly clock: Clock
}

/** Turns a refusal into the error that a front end shows. */
export function unwrap(result: Result<Accepted, Rejection>): Accepted {
  if (result.ok) return result.value
  throw new StageError(result.error.code, result.error.message)
}

/** Speaks with the community's own key, one sequence after another, through the one door like everybody else. */
export function createAuthor({ signer, store, intake, clock }: AuthorInit) {
  let last: Promise<unknown> = Promise.resolve()

  const submitNow = async (type: string, body: unknown): Promise<Accepted> => {
    const author = signer.publicKey
    const seq = store.nextSeq(author, author)
    const payload = encodePayload({ type, author, community: author, seq, at: clock.nowMs(), body })
    const signature = await signer.sign(signedBytes(type, payload))
    return unwrap(await intake.submit(encodeEnvelope(payload, signature), { kind: 'local' }))
  }

  return {
    /** Resolves when the event is durable. Throws `StageError` when the door refuses. */
    submit(type: string, body: unknown): Promise<Accepted> {
      // The next sequence is known only when the one before is in the store.
      const mine = last.then(() => submitNow(type, body))
      last = mine.catch(() => undefined)
      return mine
    },
  }
}

export type Author = ReturnType<typeof createAuthor>
