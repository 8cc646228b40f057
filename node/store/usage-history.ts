import type { DatabaseSync } from 'node:sqlite'
import { DAY_MS, type UsageSample } from '#src/delivery/forecast.ts'

/** A season of history: enough for a trend, a few kilobytes. */
const SAMPLES_DAYS_MAX = 90

/** One sample a day of how much is stored, for the forecast. */
export function createUsageHistory(db: DatabaseSync) {
  const upsert = db.prepare(
    'INSERT INTO usage VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, bytes = excluded.bytes',
  )
  const prune = db.prepare('DELETE FROM usage WHERE day < ?')
  const all = db.prepare('SELECT at AS atMs, bytes FROM usage ORDER BY day')
  return {
    samples: (): UsageSample[] => all.all() as unknown as UsageSample[],
    add({ atMs, bytes }: UsageSample): void {
      const day = Math.floor(atMs / DAY_MS)
      upsert.run(day, atMs, bytes)
      prune.run(day - SAMPLES_DAYS_MAX)
    },
  }
}
