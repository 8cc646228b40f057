import { join } from 'node:path'
import { openDatabase } from '../database.ts'
import { createCardBook } from './card-book.ts'
import { createDeskBook } from './desk-book.ts'
import { createNettingBook } from './netting-book.ts'
import { DESK_MIGRATIONS } from './schema.ts'
import { createSettlementBook } from './settlement-book.ts'

/** Opens `desk.db`, fully synced: what people did outside every log. Closed by `cleanup`. Throws `StageError`. */
export function openDeskStores(dataDir: string, cleanup: Pick<AsyncDisposableStack, 'defer'>) {
  const db = openDatabase(join(dataDir, 'desk.db'), DESK_MIGRATIONS, 'FULL')
  cleanup.defer(() => db.close())
  // What is erased is overwritten, too.
  db.exec('PRAGMA secure_delete = ON')
  return {
    deskBook: createDeskBook(db),
    cardBook: createCardBook(db),
    settlements: createSettlementBook(db),
    nettings: createNettingBook(db),
  }
}
