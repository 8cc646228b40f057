import type { RailFault, RailFaultCode } from '#node/ports/rails.ts'
import { err, type Result } from '#protocols/codec/result.ts'

export const fault = (code: RailFaultCode, message: string): Result<never, RailFault> => err({ code, message })

/** Carries a fault through code that throws; becomes a result again at the rail's door. */
export class RailTrouble extends Error {
  readonly fault: RailFault
  constructor(code: RailFaultCode, message: string) {
    super(message)
    this.fault = { code, message }
  }
}

/** Turns trouble into a result; a defect keeps flying. */
export async function guarded<T>(job: () => Promise<Result<T, RailFault>>): Promise<Result<T, RailFault>> {
  try {
    return await job()
  } catch (cause) {
    if (cause instanceof RailTrouble) return err(cause.fault)
    throw cause
  }
}
