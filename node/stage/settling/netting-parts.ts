import { equals } from 'uint8arrays/equals'
import type { NettingMode } from '#node/config/settings.ts'
import type { NettingBook } from '#node/ports/settlements.ts'
import type { ValueFault } from '#node/ports/value.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type Netting, nettingMessage } from '#protocols/value/v1/netting.ts'
import type { Clock, Random, Signer, Verifier } from '#src/kernel/ports.ts'

export interface NettingAsset {
  readonly code: string
  readonly scale: number
}

/** What a netting needs of the own log. */
export interface NettingLedger {
  /** Enters a document that all signed; the same one again appends nothing. */
  net(
    document: Uint8Array,
  ): Promise<
    Result<{ readonly record: { readonly index: number } }, { readonly code: string; readonly message: string }>
  >
  /** Communities with which there is anything. */
  peers(): Iterable<Uint8Array>
  peer(community: Uint8Array): { readonly frozen: boolean } | null
  /** Above zero this community owes the other one. Fine units. */
  position(community: Uint8Array, code: string, scale: number): bigint
}

/** What a netting asks of other stages. */
export interface NettingWire {
  connected(): readonly Uint8Array[]
  /** Signed positions with everybody, or why not. */
  positions(community: Uint8Array, asset: NettingAsset): Promise<Result<readonly Uint8Array[], ValueFault>>
  /** The document with every signature that is known there. */
  net(community: Uint8Array, document: Uint8Array): Promise<Result<Uint8Array, ValueFault>>
}

export interface NettingInit {
  readonly own: Uint8Array
  readonly signer: Signer
  readonly verifier: Verifier
  readonly random: Random
  readonly clock: Clock
  readonly book: NettingBook
  readonly ledger: NettingLedger
  readonly wire: NettingWire
  readonly policy: NettingMode
  readonly nameOf: (community: Uint8Array) => string
  /** Something about a netting changed. Must not throw. */
  readonly changed: () => void
  /** A defect; the netting is taken up again later. Must not throw. */
  readonly failed: (cause: unknown) => void
}

/** Whether two documents ask for the same, whoever signed them so far. */
export const isSameNetting = (a: Netting, b: Netting): boolean => equals(nettingMessage(a), nettingMessage(b))

/** Both documents' signatures in one; refused when one that is new does not verify. */
export function mergeSignatures(verifier: Verifier, known: Netting, shown: Netting): Result<Netting, ValueFault> {
  const message = nettingMessage(known)
  const signatures = [...known.signatures]
  for (const [at, key] of known.participants.entries()) {
    const signature = shown.signatures[at] ?? null
    if (signatures[at] !== null || signature === null) continue
    if (!verifier.verify(key, message, signature))
      return err({ code: 'bad-signature', message: 'A signature under this netting does not verify.' })
    signatures[at] = signature
  }
  return ok({ ...known, signatures })
}

export const placeOf = (netting: Netting, community: Uint8Array): number =>
  netting.participants.findIndex(key => equals(key, community))

export const isSignedBy = (netting: Netting, community: Uint8Array): boolean =>
  (netting.signatures[placeOf(netting, community)] ?? null) !== null

/** What one participant owes another less, from the first one's side: above zero its debt shrinks, below zero its claim. */
export function shrinks(netting: Netting, of: Uint8Array, other: Uint8Array): bigint {
  const [me, you] = [placeOf(netting, of), placeOf(netting, other)]
  return netting.changes.reduce(
    (sum, { debtor, creditor, amount }) =>
      sum + (debtor === me && creditor === you ? amount : debtor === you && creditor === me ? -amount : 0n),
    0n,
  )
}
