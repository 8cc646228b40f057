/** Ends a check at the first thing that is wrong. */
export class Broken extends Error {}

export function broken(message: string): never {
  throw new Broken(message)
}

/** Counts of what held. */
export interface Tally {
  signatures: number
  commits: number
  heads: number
  tiles: number
  files: number
  snapshots: number
  executed: number
  crossings: number
}

export const newTally = (): Tally => ({
  signatures: 0,
  commits: 0,
  heads: 0,
  tiles: 0,
  files: 0,
  snapshots: 0,
  executed: 0,
  crossings: 0,
})

/** What held, in sentences; what there was none of is left out. */
export function sentences(entries: number, tally: Tally): string[] {
  const { signatures, commits, executed, heads, tiles, files, snapshots, crossings } = tally
  const held: readonly (readonly [count: number, what: string])[] = [
    [entries, 'entries in canonical form, each valid after the ones before it'],
    [signatures, 'signatures verified'],
    [commits, 'commits with the state root of a full replay'],
    [executed, 'orders and vouchers known as executed at their entry, and no others'],
    [crossings, 'payments between communities known at the entries that sent, took and ended them'],
    [heads, 'signed heads over exactly these entries'],
    [tiles, 'tiles in the database with the hashes of these entries'],
    [files, 'files on the disk with the bytes of these entries'],
    [snapshots, 'snapshots equal to the replay'],
  ]
  return held.filter(([count]) => count > 0).map(([count, what]) => `${what}: ${count}`)
}
