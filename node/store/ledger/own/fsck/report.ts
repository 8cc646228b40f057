/** What a check of a ledger's folder found. */
export interface LogReport {
  readonly origin: string
  readonly entries: number
  readonly signedSize: number
  readonly finalSize: number
  /** What was read again and held, one sentence each. */
  readonly checked: readonly string[]
  /** What is not wrong, and yet worth knowing. */
  readonly notices: readonly string[]
  /** The first thing that is wrong, in a sentence; null when everything holds. */
  readonly fault: string | null
}

/** Ends a check at the first thing that is wrong. */
export class Broken extends Error {}

export function broken(message: string): never {
  throw new Broken(message)
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Counts of what held. */
export interface Tally {
  signatures: number
  commits: number
  heads: number
  tiles: number
  files: number
  snapshots: number
  executed: number
}

export const newTally = (): Tally => ({
  signatures: 0,
  commits: 0,
  heads: 0,
  tiles: 0,
  files: 0,
  snapshots: 0,
  executed: 0,
})

export const sentences = (entries: number, tally: Tally): string[] => [
  `${plural(entries, 'entry').replace('entrys', 'entries')} in canonical form, each valid after the ones before it`,
  `${plural(tally.signatures, 'signature')} verified`,
  `${plural(tally.commits, 'commit')} with the state root of a full replay`,
  `${plural(tally.executed, 'order')} and vouchers found again at the entry that was promised`,
  `${plural(tally.heads, 'signed head')} over exactly these entries`,
  `${plural(tally.tiles, 'tile')} in the database and ${plural(tally.files, 'file')} on the disk with the hashes of these entries`,
  `${plural(tally.snapshots, 'snapshot')} equal to the replay`,
]
