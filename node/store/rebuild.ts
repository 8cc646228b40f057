import type { DatabaseSync } from 'node:sqlite'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { transaction } from './database.ts'
import { createProjector } from './projector.ts'
import { PROJECTION_TABLES, PROJECTIONS } from './schema.ts'

/** Drops every read model and replays the events in the order in which they were appended. */
export function rebuild(db: DatabaseSync): void {
  transaction(db, () => {
    for (const table of PROJECTION_TABLES) db.exec(`DROP TABLE ${table}`)
    db.exec(PROJECTIONS)
    const project = createProjector(db)
    const events = db.prepare('SELECT id, bytes FROM events ORDER BY position')
    for (const row of events.iterate() as Iterable<{ id: Uint8Array; bytes: Uint8Array }>) {
      const envelope = decodeEnvelope(row.bytes)
      if (!envelope.ok) throw new Error(`a stored event cannot be read: ${envelope.error.message}`)
      project({ id: row.id, envelope: envelope.value })
    }
  })
}
