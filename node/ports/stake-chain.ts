import type { Result } from '#protocols/codec/result.ts'
import type { LedgerFault } from './ledger.ts'

/** An account in a stake registry, as the chain has it: nothing in it is verified. */
export interface StakeRow {
  /** Accounts and attesters are 20 bytes. */
  readonly account: Uint8Array
  readonly attester: Uint8Array
  /** Ed25519 key of the community that it says it stands for. */
  readonly community: Uint8Array
  /** In the epoch that was asked for; smallest units of the token. */
  readonly stake: bigint
  readonly slashed: boolean
  /** `protocols/ledger/v1/stake-profile`. */
  readonly profile: Uint8Array
}

export interface StakeTerms {
  /** Most seats of a committee. */
  readonly seats: number
  /** Least stake of a member; smallest units of the token. */
  readonly minimum: bigint
  /** Epochs that were opened, in blocks that stay. */
  readonly epochs: number
}

/** A stake registry on a chain, read where it stays as it is. Answers `busy` while the chain cannot be read. */
export interface StakeChain {
  readonly chainId: number
  /** 20 bytes. */
  readonly contract: Uint8Array
  terms(): Promise<Result<StakeTerms, LedgerFault>>
  /** Of an epoch that was opened, from 1: its start, ms, and everybody who ever registered. */
  epoch(number: number): Promise<Result<{ readonly startsAt: number; readonly rows: readonly StakeRow[] }, LedgerFault>>
}
