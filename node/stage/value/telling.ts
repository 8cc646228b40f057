import type { CrossingRow } from '#node/ports/crossing.ts'
import type { LogRecord, OwnLog } from '#node/ports/ledger.ts'
import type { LiveEvent } from '#protocols/api/v1/schemas.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { hex } from '../keys.ts'
import { ownHead } from './show-leaves.ts'
import type { Transfers } from './transfers.ts'

export interface TellingInit {
  readonly ledger: OwnLog
  readonly transfers: Pick<Transfers, 'info'>
  readonly emit: (event: LiveEvent) => void
}

/** Payments whose next rung pages wait for; of older ones they read the list again. */
const WATCHED_MAX = 1_024

/** Kinds of entries after which a community stands otherwise with another one. */
const MOVES: ReadonlySet<string> = new Set(['transfer-in', 'transfer-end', 'line', 'settle', 'net', 'write-off'])

/** Of these, those after which a community owes less: only they can settle a payment. */
const REDUCES: ReadonlySet<string> = new Set(['transfer-in', 'settle', 'net'])
/** Settled payments are looked for at most this often, ms: in a burst each look would read a thousand of them. */
const SETTLED_EVERY_MS = 500

/** Tells pages of each rung that a payment reaches, and of positions that change. */
export function createTelling({ ledger, transfers, emit }: TellingInit) {
  const unfinal = new Map<string, CrossingRow>()
  const unsettled = new Map<string, CrossingRow>()

  const watch = (rows: Map<string, CrossingRow>, row: CrossingRow): void => {
    rows.set(hex(row.order), row)
    const oldest = rows.size > WATCHED_MAX ? rows.keys().next().value : undefined
    if (oldest !== undefined) rows.delete(oldest)
  }
  const tell = (row: CrossingRow): void => emit({ event: 'transfer', data: transfers.info(row) })

  const sent = (record: LogRecord, row: CrossingRow | null): void => {
    if (row?.payer == null) return
    tell(row)
    if (record.kind === 'transfer-out') watch(unfinal, row)
    else if (row.settledAt !== null) watch(unsettled, row)
  }

  const settled = (): void => {
    for (const [id, row] of unsettled) {
      const info = transfers.info(row)
      if (info.state !== 'settled') continue
      unsettled.delete(id)
      emit({ event: 'transfer', data: info })
    }
  }

  let looking: NodeJS.Timeout | null = null
  const lookSoon = (): void => {
    if (unsettled.size === 0 || looking !== null) return
    looking = setTimeout(() => {
      looking = null
      settled()
    }, SETTLED_EVERY_MS).unref()
  }

  const rowOf = ({ entry }: LogRecord): CrossingRow | null => {
    const read = decodeEntry(entry)
    if (!read.ok) return null
    const { value } = read
    return value.kind === 'transfer-out' || value.kind === 'transfer-end'
      ? ledger.crossing('out', value.next, value.sequence)
      : null
  }

  return {
    /** An entry of the own log is durable. */
    written(record: LogRecord): void {
      if (record.kind === 'transfer-out' || record.kind === 'transfer-end') sent(record, rowOf(record))
      if (record.kind === 'write-off')
        for (const row of record.peer === null ? [] : ledger.openCrossings(record.peer, { written: true }, WATCHED_MAX))
          if (row.written === record.index) sent(record, row)
      if (!MOVES.has(record.kind)) return
      if (record.peer !== null) emit({ event: 'value', data: { community: hex(record.peer) } })
      if (REDUCES.has(record.kind)) lookSoon()
    },
    stop(): void {
      if (looking !== null) clearTimeout(looking)
    },
    /** The own log's newest head became final. */
    certified(): void {
      const size = ownHead(ledger)?.size ?? 0
      for (const [id, row] of unfinal) {
        if (row.index >= size) continue
        unfinal.delete(id)
        const now = ledger.crossing('out', row.peer, row.sequence)
        if (now !== null && now.ended === null) tell(now)
      }
    },
  }
}
