import type { LogRecord } from './ledger.ts'

/** What each party earned by each release: a read model over verified log entries, which can be rebuilt from them. */
export interface Earnings {
  /** Counts the entries of one log (named by its origin) that were not counted before, up to `size`. */
  readOn(
    community: Uint8Array,
    origin: string,
    size: number,
    record: (index: number) => LogRecord | null,
  ): Promise<void>
  /** Fine units by party id; the whole that was paid for the release under the empty id. */
  of(community: Uint8Array, release: string): ReadonlyMap<string, bigint>
}

/** A text that an entry only commits to. It is kept here alone, and can be erased without touching the log. */
export interface ReceiptText {
  readonly salt: Uint8Array
  readonly text: string
}

export interface ReceiptTexts {
  /** `commitment` is SHA-256(salt || text). */
  keep(commitment: Uint8Array, text: ReceiptText, atMs: number): void
  find(commitment: Uint8Array): ReceiptText | null
  /** Answers whether there was one. */
  erase(commitment: Uint8Array): boolean
}

/** Accounts of the people who share in releases, as the operator knows them: a release that names them asks for their signature. */
export interface PartyAccounts {
  keep(name: string, account: Uint8Array): void
  /** By name; who is not known is left out. */
  of(names: readonly string[]): ReadonlyMap<string, Uint8Array>
}
