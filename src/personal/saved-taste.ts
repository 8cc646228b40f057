import type { Weight } from './features.ts'
import { NO_TASTE, type Taste } from './taste.ts'

const VERSION = 1
/** A device keeps at most this many weights; those that were learned least about go first. */
const WEIGHTS_MAX = 2_000

const isWeight = (row: unknown): row is [slot: number, mean: number, precision: number] =>
  Array.isArray(row) &&
  row.length === 3 &&
  row.every(Number.isFinite) &&
  Number.isInteger(row[0]) &&
  row[0] >= 0 &&
  row[2] > 0

/** A taste as text, for the device's own storage. */
export function saveTaste({ weights, outcomes }: Taste): string {
  const rows = [...weights].map(([slot, { mean, precision }]) => [slot, mean, precision] as const)
  const kept = rows.sort((a, b) => b[2] - a[2] || a[0] - b[0]).slice(0, WEIGHTS_MAX)
  return JSON.stringify({ version: VERSION, outcomes, weights: kept })
}

/** Reads what was saved. Anything that cannot be read is no taste: it will be learned anew. */
export function readTaste(saved: string | null): Taste {
  if (saved === null) return NO_TASTE
  try {
    const { version, outcomes, weights } = JSON.parse(saved) as Record<string, unknown>
    if (version !== VERSION || !Number.isSafeInteger(outcomes) || !Array.isArray(weights) || !weights.every(isWeight))
      return NO_TASTE
    const read = weights
      .slice(0, WEIGHTS_MAX)
      .map(([slot, mean, precision]): [number, Weight] => [slot, { mean, precision }])
    return { weights: new Map(read), outcomes: Number(outcomes) }
  } catch {
    return NO_TASTE
  }
}
