import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'

/** A table that only the ledger of the trial versions had. */
const TRIAL_TABLE = 'earned'

function isTrial(file: string): boolean {
  if (!existsSync(file)) return false
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(TRIAL_TABLE) !== undefined
  } catch {
    // Whoever opens it for good says what is wrong with it.
    return false
  } finally {
    db.close()
  }
}

/**
 * The ledger of a trial version has other entries, which nobody could certify. It is refused rather than set aside: only
 * the operator may decide that what it says is settled. Throws `StageError` 'data-folder-unusable'.
 */
export function refuseTrialLedger(dataDir: string): void {
  const found = ['ledger.db', 'followed-logs.db'].filter(name => isTrial(join(dataDir, name)))
  if (found.length === 0) return
  throw new StageError(
    'data-folder-unusable',
    `The folder ${dataDir} holds the test ledger of a trial version (${found.join(' and ')}), whose receipts cannot be carried over. ` +
      'To start anew, move these files out of the folder and start again: identity, releases and talk stay; test credit is issued afresh.',
  )
}
