import { StageError } from '#node/errors.ts'
import type { ReceiptRecord } from '#node/ports/community-log.ts'
import { decodeEntry } from '#protocols/ledger/v1/codec.ts'

/** An entry as people see it. The bytes were checked before they were kept, so failing to read them is damage. */
export function recordOf(community: Uint8Array, index: number, bytes: Uint8Array, leafHash: Uint8Array): ReceiptRecord {
  const decoded = decodeEntry(bytes)
  if (!decoded.ok)
    throw new StageError('data-folder-unusable', `Ledger entry ${index} is damaged. Restore the ledger from a backup.`)
  const { kind, at, account, asset, amount } = decoded.value
  const receipt = decoded.value.kind === 'receipt' ? decoded.value : null
  return {
    community,
    index,
    kind: kind === 'issue' ? 'issue' : 'tip',
    release: receipt?.release ?? null,
    amount,
    asset,
    at,
    account,
    lines: (receipt?.lines ?? []).map(line => ({ party: line.party, amount: line.amount })),
    leafHash,
    entry: bytes,
  }
}
