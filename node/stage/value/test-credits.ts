import { equals } from 'uint8arrays/equals'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { ValueRequest } from '#protocols/value/v1/messages.ts'
import type { Clock } from '#src/kernel/ports.ts'

/** The asset of a trial. An operator who counts real money in it had better not switch this on. */
const TRIAL = { code: 'TEST', scale: 2 } as const
const LINE_MS = 3_600_000
/** Strangers that get a line within an hour: each is an entry in the log. */
const LINES_AN_HOUR = 12

export interface TestCreditsInit {
  /** Minor units; 0 switches it off. */
  readonly limit: number
  readonly own: Uint8Array
  readonly ledger: Pick<OwnLog, 'line'>
  readonly clock: Clock
  /** Has the community sign a line; resolves when it is durable. */
  readonly grant: (line: {
    readonly community: Uint8Array
    readonly code: string
    readonly scale: number
    readonly limit: bigint
    readonly haircut: number
    readonly expiry: number
    readonly alone: boolean
  }) => Promise<unknown>
}

/**
 * Where the operator switched it on: who asks for a quote in the asset of trials, and has no line, is granted a small one that
 * ends within the hour. So a conformance check can pay here without having met anybody.
 */
export function createTestCredits({ limit, own, ledger, clock, grant }: TestCreditsInit) {
  let granted: number[] = []
  return async (peer: Uint8Array, request: ValueRequest): Promise<void> => {
    if (limit === 0 || request.t !== 'quote' || request.code !== TRIAL.code || request.scale !== TRIAL.scale) return
    if (!equals(request.to, own) || request.path.length !== 1 || ledger.line(peer, TRIAL.code, TRIAL.scale) !== null)
      return
    const now = clock.nowMs()
    granted = granted.filter(at => now - at < LINE_MS)
    if (granted.length >= LINES_AN_HOUR) return
    granted.push(now)
    const line = { ...TRIAL, limit: BigInt(limit), haircut: 0, expiry: now + LINE_MS, alone: true }
    await grant({ community: peer, ...line })
  }
}
