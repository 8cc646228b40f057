import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { transaction } from '#node/store/database.ts'
import { CopyStore } from '#node/store/ledger/copies/copy-store.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { given } from './child.ts'
import { community, rules } from './community.ts'
import { writtenLog } from './written-log.ts'

const RECEIPTS = 1_000_000
const BATCH = 10_000
const CHANNELS = 1_000

const { file } = given<{ file: string }>()
const clock = { nowMs: () => Date.now() }
const store = new CopyStore({ file, hasher, verifier, clock, rules })
const copy = store.open(community, originOf(community))
const log = writtenLog(Date.now(), CHANNELS)

// As a seat writes them, without verifying what this process has just signed itself.
let size = 0
for (let round = -1; round < RECEIPTS / BATCH; round++) {
  const { entries } = round < 0 ? log.opening(0) : log.batch(BATCH, 0)
  transaction(store.db, () => {
    for (const [offset, body] of entries.entries()) copy.entries.put({ index: size + offset, body, lines: null })
    size += entries.length
    store.db.prepare('INSERT OR REPLACE INTO copy (log, size, bytes) VALUES (?, ?, 0)').run(copy.row.id, size)
  })
}
store.db.close()
process.send?.({ size })
process.disconnect?.()
