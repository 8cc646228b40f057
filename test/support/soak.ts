import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'

/**
 * Long tests have two sizes (docs/decisions/0095): the full counts that the documents promise run with `npm run soak`
 * (`SOAK=1`), a share of them with `npm test` and in CI. A change is judged by the same seeds whenever it is judged; a soak draws
 * others with every commit where a test takes one seed.
 */
const SOAKING = process.env.SOAK === '1'

/** How often a long test does its thing: exactly `variable` where that is set, else the full count in a soak, else the share. */
export function howMany(variable: string, { full, share }: { readonly full: number; readonly share: number }): number {
  return Number(process.env[variable] ?? (SOAKING ? full : share))
}

/** Seed of a long test, 0..999,999: `variable` where that is set, so that a failure is run again; in a soak drawn from the commit. */
export function seedOf(variable: string): number {
  const given = process.env[variable]
  if (given !== undefined) return Number(given)
  return SOAKING ? drawn(variable) % 1_000_000 : 1
}

/** Where a simulation begins in its list of numbered schedules: at the first, unless `variable` says otherwise. */
export const firstOf = (variable: string): number => Number(process.env[variable] ?? 1)

function drawn(name: string): number {
  return createHash('sha256').update(`${name} ${commit()}`).digest().readUInt32BE()
}

function commit(): string {
  try {
    const git = ['rev-parse', 'HEAD']
    return execFileSync('git', git, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return String(Date.now())
  }
}
