import { compare } from 'uint8arrays/compare'
import { fromString } from 'uint8arrays/from-string'
import type { Share } from '../../catalog/v1/codec.ts'
import { PARTIES_MAX, RELEASE_ID_PATTERN, SHARES_TOTAL } from '../../catalog/v1/constants.ts'
import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decode, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import {
  bytes,
  bytesUpTo,
  int,
  line,
  list,
  matching,
  oneOf,
  openStruct,
  type Shape,
  struct,
  text,
  uint,
  uint64,
  wrongShape,
} from '../../codec/shape.ts'
import { type Asset, asset } from '../../value/v1/codec.ts'
import {
  ANNOUNCEMENT_LIMITS,
  ENTRY_BYTES_MAX,
  ENTRY_LIMITS,
  NOTE_LENGTH_MAX,
  ORDER_BYTES_MAX,
  PROOF_HASHES_MAX,
} from './constants.ts'

interface EntryFields {
  /** The sequencer's clock, milliseconds since the Unix epoch; never lower than in the entry before. */
  readonly at: number
  /** The signed order, a whole envelope: anybody who holds the entry can verify who asked for it. */
  readonly order: Uint8Array
  /** Ed25519 key of the account: credited by an issue, debited by a receipt. */
  readonly account: Uint8Array
  readonly asset: Asset
  readonly amount: bigint
}

/** The cash desk credited an account. */
export interface IssueEntry extends EntryFields {
  readonly kind: 'issue'
}

/** What one party got: `shares` hundredths of a percent came to `amount` units. */
export interface EntryLine {
  readonly party: string
  readonly shares: number
  readonly amount: bigint
}

/** A payment was divided among a release's parties. */
export interface ReceiptEntry extends EntryFields {
  readonly kind: 'receipt'
  readonly release: string
  /** SHA-256 of `canonicalSplits` of the agreement in force. */
  readonly agreement: Uint8Array
  /** Every party of the agreement, ascending by the UTF-8 bytes of the party's id. */
  readonly lines: readonly EntryLine[]
}

export type Entry = IssueEntry | ReceiptEntry

/** What is said on the receipts topic: one entry and everything needed to believe it. */
export interface Announcement {
  readonly entry: Uint8Array
  readonly index: number
  /** Signed note (C2SP tlog-checkpoint) over a tree that contains the entry. */
  readonly checkpoint: string
  /** RFC 6962 audit path of leaf `index` in the checkpoint's tree. */
  readonly inclusion: readonly Uint8Array[]
  /** RFC 6962 consistency proof from size `index` to the checkpoint's; empty from size 0. */
  readonly consistency: readonly Uint8Array[]
}

const byParty = (a: { party: string }, b: { party: string }): number =>
  compare(fromString(a.party), fromString(b.party))

const common = { at: uint(), order: bytesUpTo(ORDER_BYTES_MAX), account: bytes(32), asset, amount: uint64 }
const entryLine: Shape<EntryLine> = struct({ party: line(80), shares: int(1, SHARES_TOTAL), amount: uint64 })
const someLines = list(entryLine, PARTIES_MAX, 1)

const orderedLines: Shape<EntryLine[]> = (value, path) => {
  const lines = someLines(value, path)
  for (const [index, entry] of lines.entries()) {
    const before = lines[index - 1]
    if (before !== undefined && byParty(before, entry) >= 0)
      wrongShape(`${path}[${index}]`, 'parties must be distinct and in the order of their bytes')
  }
  return lines
}

const entryKind = openStruct({ kind: oneOf('issue', 'receipt') })
const issueEntry: Shape<IssueEntry> = struct({ kind: oneOf('issue'), ...common })
const receiptEntry: Shape<ReceiptEntry> = struct({
  kind: oneOf('receipt'),
  ...common,
  release: matching(RELEASE_ID_PATTERN, 'a release id of 32 hex digits'),
  agreement: bytes(32),
  lines: orderedLines,
})
const entryShape: Shape<Entry> = (value, path) =>
  entryKind(value, path).kind === 'issue' ? issueEntry(value, path) : receiptEntry(value, path)

const proofHashes = list(bytes(32), PROOF_HASHES_MAX)
const announcementShape: Shape<Announcement> = struct({
  entry: bytesUpTo(ENTRY_BYTES_MAX),
  index: uint(),
  checkpoint: text(NOTE_LENGTH_MAX),
  inclusion: proofHashes,
  consistency: proofHashes,
})

/** Bytes whose SHA-256 names an agreement: a list of `[party, shares]`, ascending by the party's UTF-8 bytes. */
export function canonicalSplits(splits: readonly Pick<Share, 'party' | 'shares'>[]): Uint8Array {
  return encode([...splits].sort(byParty).map(({ party, shares }) => [party, shares]))
}

/** Canonical entry bytes: the preimage of a leaf. */
export function encodeEntry(entry: Entry): Uint8Array {
  const { at, order, account, asset, amount } = entry
  const shared = { at, order, account, asset: { code: asset.code, scale: asset.scale, issuer: asset.issuer }, amount }
  if (entry.kind === 'issue') return encode({ kind: 'issue', ...shared })
  const lines = [...entry.lines].sort(byParty).map(({ party, shares, amount }) => ({ party, shares, amount }))
  return encode({ kind: 'receipt', ...shared, release: entry.release, agreement: entry.agreement, lines })
}

/** Strict and bounded. Checks form only; the rules of the ledger are in `src/ledger`. */
export const decodeEntry = (input: Uint8Array): Result<Entry, CodecFault> => decode(input, entryShape, ENTRY_LIMITS)

export function encodeAnnouncement(announcement: Announcement): Uint8Array {
  const { entry, index, checkpoint, inclusion, consistency } = announcement
  return encode({ entry, index, checkpoint, inclusion: [...inclusion], consistency: [...consistency] })
}

/** Strict and bounded. The entry inside stays bytes, because the leaf hash is over exactly these. */
export const decodeAnnouncement = (input: Uint8Array): Result<Announcement, CodecFault> =>
  attempt(() => decodeOrThrow(input, announcementShape, ANNOUNCEMENT_LIMITS))
