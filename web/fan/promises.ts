import type { KeptPromise } from '#web/kit/mod.ts'

const SLOT = 'bandstand-promises'
/** About 150 kB of the 5 MB that a browser keeps for a site. */
const KEPT_MAX = 300

/** Newest first. What cannot be read is as good as lost, and must not keep the page from opening. */
export function keptPromises(): readonly KeptPromise[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(SLOT) ?? '[]')
    return Array.isArray(kept) ? (kept as KeptPromise[]) : []
  } catch {
    return []
  }
}

/** Keeps one on this device; answers all. The oldest go first. */
export function addPromise(promise: KeptPromise): readonly KeptPromise[] {
  const same = (other: KeptPromise): boolean => other.community === promise.community && other.index === promise.index
  const all = [promise, ...keptPromises().filter(other => !same(other))].slice(0, KEPT_MAX)
  try {
    localStorage.setItem(SLOT, JSON.stringify(all))
  } catch {
    // A full or closed storage: the page still offers the file as long as it is open.
  }
  return all
}
