import { DatabaseSync } from 'node:sqlite'
import { hasher } from '#node/identity/crypto-ports.ts'
import { openEntries } from '#node/store/ledger/shared/entries.ts'
import { findLog } from '#node/store/ledger/shared/schema.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { given } from './child.ts'
import { community, rules } from './community.ts'

const { file } = given<{ file: string }>()
const db = new DatabaseSync(file, { readOnly: true })
const row = findLog(db, originOf(community))
if (row === null) throw new Error('the log was not written')
const machine = createMachine({ hasher, rules, community })
const start = performance.now()
for (const { body } of openEntries(db, row.id).each(0)) {
  const read = readEntry(hasher, community, body)
  const applied = read.ok ? machine.apply(read.value) : read
  if (!read.ok || !applied.ok) throw new Error('an entry of the bench is refused')
  if (read.value.entry.kind === 'commit') machine.settle()
}
const perSecond = machine.size / ((performance.now() - start) / 1_000)
// maxRSS is in kilobytes.
process.send?.({ rssMb: process.resourceUsage().maxRSS / 1_024, perSecond })
process.disconnect?.()
