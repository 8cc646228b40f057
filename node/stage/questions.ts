import { StageError } from '#node/errors.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { ASKING_MS_MAX, type Asked, judgeQuestion } from '#src/engagement/asking.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { hex } from './keys.ts'

export interface QuestionsInit {
  readonly clock: Clock
  readonly hasher: Hasher
  readonly verifier: Verifier
}

/** Answered questions remembered; each is forgotten when it could not be asked again anyway. */
const ANSWERED_MAX = 10_000

/** Takes signed questions by keys that have no session here: each for one answer, and only for a moment. */
export function createQuestions({ clock, hasher, verifier }: QuestionsInit) {
  /** Ids, each with the time from which it is too old to be asked. */
  const answered = new Map<string, number>()
  const forget = (nowMs: number): void => {
    for (const [id, until] of answered) if (until < nowMs) answered.delete(id)
  }
  /** Throws `StageError` for a question that is not to be answered; `permit` throws for a key that may not ask it. */
  return (bytes: Uint8Array, about: Pick<Asked, 'type' | 'community'>, permit: (author: Uint8Array) => void): void => {
    const decoded = decodeEnvelope(bytes)
    if (!decoded.ok) throw new StageError('bad-envelope', 'That is not a signed question.')
    const envelope = decoded.value
    const message = signedBytes(envelope.type, envelope.payload)
    if (!verifier.verify(envelope.author, message, envelope.signature))
      throw new StageError('bad-signature', 'The signature does not match the author and the content.')
    const nowMs = clock.nowMs()
    const id = hex(hasher.sha256(message))
    const judged = judgeQuestion(envelope, { ...about, nowMs, answered: answered.has(id) })
    if (!judged.ok) throw new StageError(judged.error.code, judged.error.message)
    permit(envelope.author)
    if (answered.size >= ANSWERED_MAX) forget(nowMs)
    if (answered.size >= ANSWERED_MAX)
      throw new StageError('too-many-requests', 'Too much is being asked of this stage. Try again in a minute.')
    answered.set(id, envelope.at + ASKING_MS_MAX)
  }
}
