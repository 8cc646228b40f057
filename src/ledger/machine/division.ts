import { LINES_MAX } from '#protocols/ledger/v1/limits.ts'
import type { DivisionLine, Fine } from '../rules.ts'
import type { AgreementSlot } from './agreement-slots.ts'
import type { Book } from './holdings.ts'
import { Refusal, refuse } from './refusal.ts'
import type { Run } from './world.ts'

/** The lines that an agreement's rules give for an amount. */
export function divide(run: Run, slot: AgreementSlot, book: Book, amount: Fine, use: string): readonly DivisionLine[] {
  const { memory, registry } = run.world
  const { standing, account, nested } = registry
  const request = { amount, asset: book.asset, use, at: run.at, period: run.period, standing, account, nested, memory }
  const lines = slot.compiled.divide(request)
  if (!lines.ok) throw new Refusal(lines.error.code, lines.error.message)
  if (lines.value.length > LINES_MAX)
    refuse(
      'too-many-payees',
      `this agreement divides a payment into more than ${LINES_MAX} lines; nobody could be shown them`,
    )
  return lines.value
}
