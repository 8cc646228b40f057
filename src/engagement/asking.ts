import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'

/** A signed question is good for so long, ms, and as long ahead: devices' clocks differ by that much. */
export const ASKING_MS_MAX = 2 * 60 * 1000

export interface Asked {
  readonly type: string
  readonly community: Uint8Array
  readonly nowMs: number
  /** Whether this very question was answered before. */
  readonly answered: boolean
}

export type AskingCode = 'bad-envelope' | 'clock-off' | 'conflict'

/** Judges a signed question to one stage, whose signature is verified: for this, for here, for now, and for once. */
export function judgeQuestion(envelope: Envelope, asked: Asked): Result<null, { code: AskingCode; message: string }> {
  if (envelope.type !== asked.type || !equals(envelope.community, asked.community))
    return err({ code: 'bad-envelope', message: 'That was signed for something else.' })
  if (Math.abs(asked.nowMs - envelope.at) > ASKING_MS_MAX)
    return err({
      code: 'clock-off',
      message: 'That was signed at another time: check the clock of the device, and ask again.',
    })
  if (asked.answered) return err({ code: 'conflict', message: 'That question was answered already. Ask again.' })
  return ok(null)
}
