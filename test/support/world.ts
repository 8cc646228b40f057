import type { DatabaseSync } from 'node:sqlite'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createIntake, type IntakeInit } from '#node/intake/intake.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import { openDatabase } from '#node/store/database.ts'
import { createEventStore } from '#node/store/event-store.ts'
import { MIGRATIONS, PROJECTION_TABLES } from '#node/store/schema.ts'
import { createViews } from '#node/store/views.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'

/** A real store in memory behind the real door, with a clock that a test sets. */
export function storeInMemory() {
  const db = openDatabase(':memory:', MIGRATIONS, 'NORMAL')
  return { db, store: createEventStore(db, ':memory:'), views: createViews(db) }
}

const NO_LEDGER = { ok: false, error: { code: 'internal', message: 'no ledger here' } } as const

export function doorOver(own: Uint8Array, over: Partial<IntakeInit> = {}) {
  const { db, store, views } = storeInMemory()
  const time = { nowMs: 1_700_000_000_000 }
  const intake = createIntake({
    own,
    store,
    hasher,
    verifier,
    clock: { nowMs: () => time.nowMs },
    rate: { burst: 1_000, perSecond: 1_000 },
    holds: () => true,
    isBanned: views.isBanned,
    hasRoom: () => true,
    execute: async () => NO_LEDGER,
    executeVoucher: async () => NO_LEDGER,
    appended: () => {},
    count: () => {},
    ...over,
  })
  return { db, store, views, intake, time }
}

/** A decoded envelope with its id, as the rules hand it to the store. Throws on bytes that do not decode. */
export function accepted(bytes: Uint8Array): AcceptedEvent {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) throw new Error(envelope.error.message)
  return { id: hasher.sha256(signedBytes(envelope.value.type, envelope.value.payload)), envelope: envelope.value }
}

/** Every row of every read model, in a fixed order: two stages with the same events have equal dumps. */
export function dumpProjections(db: DatabaseSync): Record<string, unknown[]> {
  const rows = (table: string) => {
    const columns = db
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(column => String(column.name))
      // A row's number in the index says in which order things came, and nothing else.
      .filter(column => column !== 'doc')
    return db.prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${columns.join(', ')}`).all()
  }
  // Numbers in a room say in which order things came, as well.
  const tables = PROJECTION_TABLES.filter(table => !table.startsWith('room_') || table === 'room_words')
  return Object.fromEntries(tables.map(table => [table, rows(table)]))
}
