import type { Fine } from '#src/ledger/rules.ts'

/** Decimal places of fine units. */
export const FINE_SCALE = 9

/** One movement of one balance. */
export interface BookPosting {
  readonly holder: string
  /** `code/scale/issuer hex`. */
  readonly asset: string
  readonly amount: Fine
  /** Why, in a word: share, recoup, reserve, issue, payment ... */
  readonly tag: string
  /** Party of the agreement whose part it is; empty when it is nobody's part. */
  readonly party: string
}

/** An entry of the log that moved something, with everything it moved: per asset the postings sum to zero. */
export interface BookEntry {
  readonly index: number
  readonly at: number
  readonly leaf: Uint8Array
  /** What it was for: the use of a payment (tip, purchase, stream, download, gift), else the kind of entry, or its order's. */
  readonly use: string
  readonly release: string | null
  /** Track number within the release, when one track was used. */
  readonly track: number | null
  readonly agreement: Uint8Array | null
  /** Hex of the commitment to an erasable text, or null. */
  readonly reference: string | null
  readonly postings: readonly BookPosting[]
}

export interface Opening {
  readonly holder: string
  readonly asset: string
  readonly amount: Fine
}

/** The books of one log over one period: of one party, or of everybody. */
export interface Book {
  /** Origin of the log. */
  readonly log: string
  /** `YYYY-MM` in UTC. */
  readonly period: string
  /** Part of it is not closed yet: figures can still grow. */
  readonly provisional: boolean
  /** Entries below this index are in a closed part. */
  readonly closedBefore: number
  /** Balances at the start of the period that are not zero. */
  readonly openings: readonly Opening[]
  /** Ascending by index. */
  readonly entries: readonly BookEntry[]
  /** Whose balances are meant. */
  readonly belongs: (holder: string) => boolean
}

/** What people know a release or a track by, where it is known. */
export interface Titles {
  release(id: string): { readonly title: string; readonly artist: string } | null
  track(release: string, track: number): { readonly title: string; readonly isrc: string | null } | null
}

export const NO_TITLES: Titles = { release: () => null, track: () => null }

export const assetCode = (asset: string): string => asset.split('/', 1)[0] ?? asset

/** `YYYY-MM-DD`: a pure function of the entry's own time, no clock and no time zone. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
