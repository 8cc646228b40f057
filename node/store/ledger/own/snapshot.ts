import { transaction } from '../../database.ts'
import type { OpenLog } from './open-log.ts'

/** Keeps the state under the newest commit when enough was appended since the last time; `always` at a stop. */
export function takeSnapshot(log: OpenLog, always = false): void {
  const { machine, snapshots, db, limits } = log
  const { size } = machine
  const grown = size - log.snapshotAt
  if (size !== machine.committed || grown <= 0 || (!always && grown < limits.snapshotEvery)) return
  transaction(db, () => {
    // The state that a successor began with stays: a replay starts there.
    for (const old of snapshots.sizes()) if (old > 0) snapshots.drop(old)
    snapshots.write(size, machine.snapshot())
  })
  log.snapshotAt = size
}
