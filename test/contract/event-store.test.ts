import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '#node/store/database.ts'
import { createEventStore } from '#node/store/event-store.ts'
import { MIGRATIONS } from '#node/store/schema.ts'
import { eventStoreContract } from './event-store.ts'

function sqlite(file: string, cleanUp: () => void) {
  const db = openDatabase(file, MIGRATIONS, 'NORMAL')
  return {
    store: createEventStore(db, file),
    close() {
      db.close()
      cleanUp()
    },
  }
}

eventStoreContract('SQLite in memory', () => sqlite(':memory:', () => {}))

eventStoreContract('SQLite on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'events-'))
  return sqlite(join(folder, 'stage.db'), () => rmSync(folder, { recursive: true }))
})
