import type { DatabaseSync } from 'node:sqlite'

/** Notes by which old committees handed the own log over to the next. Kept for as long as the log is. */
export interface Handovers {
  /** Oldest epoch first. */
  of(origin: string): { readonly epoch: number; readonly note: string }[]
  keep(origin: string, epoch: number, note: string): void
}

export function openHandovers(db: DatabaseSync): Handovers {
  const all = db.prepare('SELECT epoch, note FROM handover WHERE origin = ? ORDER BY epoch')
  const put = db.prepare('INSERT INTO handover (origin, epoch, note) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  return {
    of: origin => all.all(origin) as unknown as { epoch: number; note: string }[],
    keep: (origin, epoch, note) => void put.run(origin, epoch, note),
  }
}
