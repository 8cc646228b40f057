import type { LogRecord } from './ledger.ts'

/** An original that is kept out of the public tree. */
export interface SealedFile {
  readonly track: number
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
  /** Absolute path on this machine. */
  readonly file: string
}

/** Originals of priced releases: on this machine alone, never a block. */
export interface Sealed {
  /** Copies the files and remembers them: all of a release, durably, or nothing. */
  keep(release: string, files: readonly SealedFile[]): Promise<void>
  of(release: string): SealedFile[]
  remove(release: string): Promise<void>
  /** Folders that no release names are removed: what a crash left. */
  sweep(isWanted: (release: string) => boolean): Promise<void>
}

/** Who bought, or was given, which release of this community: a read model over the own log. */
export interface Unlocks {
  /** Reads the entries of the log (named by its origin) that were not read before, up to `size`. */
  readOn(origin: string, size: number, record: (index: number) => LogRecord | null): void
  /** Log index of the purchase; null when this account has none. */
  find(release: string, account: Uint8Array): number | null
  of(account: Uint8Array): { readonly release: string; readonly index: number }[]
}
