import { encodeLines } from '#protocols/ledger/v1/split.ts'
import type { OpenLog } from './open-log.ts'

const NO_LINES = encodeLines([])

/** An entry with its lines, for an order that takes it back; null when there is none. */
export function show({ entries }: Pick<OpenLog, 'entries'>, index: number) {
  const row = entries.row(index)
  return row === null ? null : { entry: row.body, lines: row.lines ?? NO_LINES }
}
