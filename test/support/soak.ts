import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'

/**
 * Long tests have two sizes (docs/decisions/0095): the full counts that the documents promise run with `npm run soak`
 * (`SOAK=1`), a share of them with `npm test` and in CI, where every commit draws other seeds.
 */
const SOAKING = process.env.SOAK === '1'

/** How often a long test does its thing: exactly `variable` where that is set, else the full count in a soak, else the share. */
export function howMany(variable: string, { full, share }: { readonly full: number; readonly share: number }): number {
  return Number(process.env[variable] ?? (SOAKING ? full : share))
}

/**
 * Seed of a long test, 0..999,999: `variable` where that is set, so that a failure is run again; else drawn from the commit
 * that is checked out and the variable's name. Where there is no commit, from the time.
 */
export function seedOf(variable: string): number {
  const given = process.env[variable]
  return given === undefined ? drawn(variable) % 1_000_000 : Number(given)
}

/** Where a simulation begins in its list of numbered schedules: at the first in a soak, elsewhere with each commit otherwise. */
export function firstOf(variable: string): number {
  const given = process.env[variable]
  if (given !== undefined) return Number(given)
  return SOAKING ? 1 : 1 + (drawn(variable) % 1_000_000)
}

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
