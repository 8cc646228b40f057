import type { LedgerFault, OwnLog, Sequencing } from '#node/ports/ledger.ts'
import type { Result } from '#protocols/codec/result.ts'
import { createOwnLog } from '../store/ledger/own/create.ts'
import type { OwnLogOptions } from '../store/ledger/own/options.ts'
import { type ClosedLog, succeedLog } from '../store/ledger/own/succeed.ts'

type OpenLog = ReturnType<typeof createOwnLog>

/** The own log, whichever generation is open: everybody holds this one object while a successor takes the place of a closed log. */
export interface OwnLogNow {
  readonly ledger: OwnLog & Sequencing
  /** Puts the successor of a closed log in its place. The closed log stays open when that is refused. */
  succeed(closed: ClosedLog): Promise<Result<unknown, LedgerFault>>
  close(): Promise<void>
}

export function openOwnLog(options: OwnLogOptions): OwnLogNow {
  let current = createOwnLog(options)
  // Thirty methods by hand would say the same: whatever is asked is asked of the log that is open at that moment.
  const ledger = new Proxy({} as OpenLog, {
    get:
      (_nothing, name) =>
      (...args: unknown[]) =>
        (current[name as keyof OpenLog] as (...given: unknown[]) => unknown)(...args),
  })
  return {
    ledger,
    async succeed(closed) {
      await current.close()
      try {
        return succeedLog(options, closed)
      } finally {
        current = createOwnLog(options)
      }
    },
    close: () => current.close(),
  }
}
