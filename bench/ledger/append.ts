import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openDatabase, transaction } from '#node/store/database.ts'
import { OWN_LOG_MIGRATIONS } from '#node/store/ledger/own/schema.ts'
import type { Part } from '../ledger.ts'
import { median, percentile } from '../support/statistics.ts'
import { furnish, type Log, openLog, vouchersOf } from './community.ts'

const ROUNDS = 3
const WRITERS = [1, 100, 1_000] as const
/** Appends in one run: enough for a second or two of work. */
const APPENDS: Readonly<Record<number, number>> = { 1: 1_500, 100: 15_000, 1000: 25_000 }
/** As a stage signs while orders arrive. */
const COMMIT_EVERY_MS = 1_000
const FSYNCS = 1_500
const PAGE = new Uint8Array(4_096)

interface Cost {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** Each writer sends its next voucher when the ack of the one before came. */
async function load(log: Log, tickets: readonly (readonly Uint8Array[])[]): Promise<Cost> {
  const latencies: number[] = []
  const timer = setInterval(() => {
    const signed = log.commit(0)
    if (!signed.ok) throw new Error(signed.error.message)
  }, COMMIT_EVERY_MS)
  const start = performance.now()
  await Promise.all(
    tickets.map(async own => {
      for (const ticket of own) {
        const sent = performance.now()
        const done = await log.voucher(ticket)
        if (!done.ok) throw new Error(`${done.error.code}: ${done.error.message}`)
        latencies.push(performance.now() - sent)
      }
    }),
  )
  const seconds = (performance.now() - start) / 1_000
  clearInterval(timer)
  return { perSecond: latencies.length / seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
}

const ticketsFor = (writers: number): Uint8Array[][] =>
  Array.from({ length: writers }, (_, number) => vouchersOf(number, Math.ceil((APPENDS[writers] ?? 0) / writers)))

/** The own log, with as many writers as there are lists of tickets. `batchMax` 1 gives each append a transaction. */
async function ours(folder: string, tickets: readonly (readonly Uint8Array[])[], batchMax?: number): Promise<Cost> {
  const dataDir = await mkdtemp(join(folder, 'log-'))
  const log = openLog(dataDir, batchMax === undefined ? {} : { batchMax })
  await furnish(log, tickets.length)
  const cost = await load(log, tickets)
  await log.close()
  await rm(dataDir, { recursive: true })
  return cost
}

/** Rows as the own log wrote them, read back for the peer to write again. */
async function rowsOf(folder: string): Promise<{ body: Uint8Array; lines: Uint8Array | null; id: Uint8Array }[]> {
  const dataDir = await mkdtemp(join(folder, 'rows-'))
  const log = openLog(dataDir)
  await furnish(log, 100)
  await load(
    log,
    ticketsFor(100).map(own => own.slice(0, 40)),
  )
  await log.close()
  const db = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true })
  const rows = db.prepare('SELECT body, lines, id FROM entry JOIN executed USING (log, idx) ORDER BY idx').all()
  db.close()
  await rm(dataDir, { recursive: true })
  return rows as unknown as { body: Uint8Array; lines: Uint8Array | null; id: Uint8Array }[]
}

/** SQLite with the same schema, file mode and rows, one transaction for each append: no signature, rule, hash or ack. */
async function plainSqlite(folder: string, rows: Awaited<ReturnType<typeof rowsOf>>): Promise<number> {
  const file = join(await mkdtemp(join(folder, 'sqlite-')), 'plain.db')
  const db = openDatabase(file, OWN_LOG_MIGRATIONS, 'FULL')
  const put = db.prepare('INSERT INTO entry (log, idx, body, lines) VALUES (1, ?, ?, ?)')
  const execute = db.prepare('INSERT INTO executed (log, id, idx) VALUES (1, ?, ?)')
  const start = performance.now()
  rows.forEach(({ body, lines, id }, index) => {
    transaction(db, () => {
      put.run(index, body, lines)
      execute.run(id, index)
    })
  })
  const seconds = (performance.now() - start) / 1_000
  db.close()
  return rows.length / seconds
}

/** What the disk can do at most, one write after another: a page, then fdatasync. */
function bareFsync(folder: string): number {
  const fd = openSync(join(folder, 'fsync'), 'w')
  const start = performance.now()
  for (let at = 0; at < FSYNCS; at++) {
    writeSync(fd, PAGE)
    fdatasyncSync(fd)
  }
  const seconds = (performance.now() - start) / 1_000
  closeSync(fd)
  return FSYNCS / seconds
}

/**
 * Acked durable appends of signed vouchers to the own log: verified, executed, hashed, written, synced and acked with a
 * signature. Beside it in the same run: the disk's fsync, SQLite with a transaction for each row and nothing else, and
 * the own log with its group commit turned off.
 */
export const run: Part = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-bench-append-'))
  try {
    const rows = await rowsOf(folder)
    const tickets = new Map(WRITERS.map(writers => [writers, ticketsFor(writers)]))
    const costs = new Map<number, Cost[]>(WRITERS.map(writers => [writers, []]))
    const [fsync, sqlite, ungrouped]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < ROUNDS; round++) {
      fsync.push(bareFsync(folder))
      sqlite.push(await plainSqlite(folder, rows))
      for (const writers of WRITERS) costs.get(writers)?.push(await ours(folder, tickets.get(writers) ?? []))
      const few = (tickets.get(1_000) ?? []).map(own => own.slice(0, 4))
      ungrouped.push((await ours(folder, few, 1)).perSecond)
    }
    const of = (writers: number, key: keyof Cost): number => median((costs.get(writers) ?? []).map(cost => cost[key]))
    return {
      ratios: {
        append_vs_sqlite_1000: of(1_000, 'perSecond') / median(sqlite),
        append_vs_ungrouped_1000: of(1_000, 'perSecond') / median(ungrouped),
        append_vs_fsync_1000: of(1_000, 'perSecond') / median(fsync),
      },
      figures: {
        ...Object.fromEntries(
          WRITERS.flatMap(writers => [
            [`appends_per_s_${writers}`, of(writers, 'perSecond')],
            [`ack_p50_ms_${writers}`, of(writers, 'p50')],
            [`ack_p99_ms_${writers}`, of(writers, 'p99')],
          ]),
        ),
        fsync_per_s: median(fsync),
        sqlite_per_s: median(sqlite),
        ungrouped_per_s: median(ungrouped),
      },
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
