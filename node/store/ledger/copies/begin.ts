import { equals } from 'uint8arrays/equals'
import type { LedgerFault } from '#node/ports/ledger.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { transaction } from '../../database.ts'
import { ledgerFault } from '../shared/faults.ts'
import { type CopiesContext, committeeOf } from './context.ts'
import type { Copy } from './copy.ts'

/** A successor begins with the state of its predecessor, which this stage must hold up to exactly the head that it names. */
function succeed(
  context: CopiesContext,
  community: Uint8Array,
  { origin, note, closed }: SignedHead,
  first: Uint8Array,
): Result<Copy, LedgerFault> {
  const { store } = context
  if (closed !== true && !isVouchedFor(context, community, origin, note))
    return ledgerFault('conflict', 'A successor log needs the certificate of the auditors that closed the one before.')
  const genesis = decodeEntry(first)
  if (!genesis.ok || genesis.value.kind !== 'genesis' || genesis.value.predecessor === null)
    return ledgerFault('bad-request', 'A successor log begins with a genesis that names its predecessor.')
  const { predecessor } = genesis.value
  const before = store.held(predecessor.origin)
  if (before === null || before.size() < predecessor.size)
    return ledgerFault('not-found', 'The log that this one follows on is not held here up to its end; fetch it first.')
  if (before.size() > predecessor.size || !equals(before.tiles.root(), predecessor.root))
    return ledgerFault('conflict', 'This log follows on another history of its predecessor than is held here.')
  const state = [...before.machine().snapshot()]
  const copy = store.open(community, origin)
  if (copy.snapshots.sizes().length === 0) transaction(store.db, () => copy.snapshots.write(0, state))
  return ok(copy)
}

/** The head that a batch comes with; its log signature verified. */
interface SignedHead {
  readonly origin: string
  readonly note: string
  /** A closing certificate comes with it, which the seat's rules verify before anything is kept. */
  readonly closed?: boolean
}

/** Auditors cosign a successor only after they saw its predecessor closed; a log without auditors answers for itself. */
function isVouchedFor(
  { store, registry }: CopiesContext,
  community: Uint8Array,
  origin: string,
  note: string,
): boolean {
  const now = registry.epoch()
  return [now, now - 1].some(epoch => {
    const committee = committeeOf(registry, community)(epoch)
    if (committee === null) return false
    const certificate = verifyCertificate(store.ports, committee, { origin, community }, note)
    return certificate.ok && certificate.value.quorum && (epoch === now || !certificate.value.self)
  })
}

/**
 * The copy that a batch belongs to, opened when it is new. Null when the batch cannot open it: its beginning is missing.
 * A generation below the newest that is held is over: its batches change nothing.
 */
export function beginLog(
  context: CopiesContext,
  community: Uint8Array,
  head: SignedHead,
  from: number,
  entries: readonly Uint8Array[],
): Result<Copy | null, LedgerFault> {
  const { store } = context
  const { origin } = head
  const held = store.held(origin)
  const generation = parseOrigin(origin)?.generation ?? 0
  if ((store.newest(community)?.row.generation ?? 0) > generation)
    return ledgerFault('conflict', 'This log was closed; its successor goes on.')
  if (held !== null) return ok(held)
  const first = entries[0]
  if (from > 0 || first === undefined) return ok(null)
  return generation === 1 ? ok(store.open(community, origin)) : succeed(context, community, head, first)
}
