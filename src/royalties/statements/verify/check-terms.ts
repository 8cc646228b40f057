import { toString as toText } from 'uint8arrays/to-string'
import { decodeEnvelope, type Envelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { Bundle } from '#protocols/ledger/v1/bundle.ts'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import { type Order, readOrder } from '#protocols/ledger/v1/orders.ts'
import type { CompiledAgreement, Rules } from '#src/ledger/rules.ts'
import type { ProvenEntry } from './check-entries.ts'
import type { Head, Ports } from './check-head.ts'
import { refuse, type Step } from './refusal.ts'

/** Terms from the file, and who of its parties signed them. */
export interface ProvenAgreement {
  readonly ordinal: number
  /** Hex of the hash that names it. */
  readonly hash: string
  readonly compiled: CompiledAgreement
  readonly title: string
  /** Keys (hex) of those who signed it, the proposer included. */
  readonly signers: ReadonlySet<string>
}

const hex = (bytes: Uint8Array): string => toText(bytes, 'base16')

function readEnvelope(ports: Ports, head: Head, part: string, bytes: Uint8Array): { envelope: Envelope; order: Order } {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) return refuse(part, envelope.error.message)
  const { type, author, community, payload, signature, body } = envelope.value
  if (hex(community) !== hex(head.community)) refuse(part, 'it was said to another community')
  if (!ports.verifier.verify(author, signedBytes(type, payload), signature))
    refuse(part, 'its signature does not verify')
  const order = readOrder(type, body)
  return order.ok ? { envelope: envelope.value, order: order.value } : refuse(part, order.error.message)
}

function inOrder(all: readonly Uint8Array[], kind: 'terms' | 'signature'): void {
  for (const [ordinal, bytes] of all.entries()) {
    const before = all[ordinal - 1]
    if (before !== undefined && hex(before) >= hex(bytes))
      refuse(partName(kind, ordinal), 'it is out of order, or there twice')
  }
}

/** What terms are called, where the rules know a title. */
const titleOf = (compiled: CompiledAgreement): string => {
  const { terms } = compiled as { terms?: { title?: string } }
  return terms?.title ?? hex(compiled.hash).slice(0, 8)
}

export function readTerms(ports: Ports, rules: Rules, head: Head, bundle: Bundle): Map<string, ProvenAgreement> {
  const out = new Map<string, ProvenAgreement>()
  const signers = new Map<string, Set<string>>()
  for (const [ordinal, bytes] of bundle.terms.entries()) {
    const part = partName('terms', ordinal)
    const { envelope, order } = readEnvelope(ports, head, part, bytes)
    if (order.type !== 'agreement/propose') return refuse(part, 'it proposes no agreement')
    const compiled = rules.compile(order.terms)
    if (!compiled.ok) return refuse(part, compiled.error.message)
    const hash = hex(compiled.value.hash)
    if (out.has(hash)) refuse(part, 'this agreement is there twice')
    const keys = new Set([hex(envelope.author)])
    signers.set(hash, keys)
    out.set(hash, { ordinal, hash, compiled: compiled.value, title: titleOf(compiled.value), signers: keys })
  }
  for (const [ordinal, bytes] of bundle.signatures.entries()) {
    const part = partName('signature', ordinal)
    const { envelope, order } = readEnvelope(ports, head, part, bytes)
    const keys = order.type === 'agreement/sign' ? signers.get(hex(order.agreement)) : undefined
    if (keys === undefined) return refuse(part, 'it signs no agreement in the file')
    keys.add(hex(envelope.author))
  }
  inOrder(bundle.terms, 'terms')
  inOrder(bundle.signatures, 'signature')
  return out
}

/** Exactly the agreements that the entries were divided by, and those nested in them, are in the file. */
export function checkUse(entries: Iterable<ProvenEntry>, agreements: ReadonlyMap<string, ProvenAgreement>): void {
  const needed = new Set<string>()
  const need = (hash: string, part: string): void => {
    if (needed.has(hash)) return
    needed.add(hash)
    const agreement = agreements.get(hash)
    if (agreement === undefined) refuse(part, `the terms of agreement ${hash.slice(0, 8)}… are not in the file`)
    for (const inner of agreement.compiled.nested) need(hex(inner), partName('terms', agreement.ordinal))
  }
  for (const { agreement, ordinal } of entries) if (agreement !== null) need(agreement, partName('entry', ordinal))
  for (const { hash, ordinal } of agreements.values())
    if (!needed.has(hash)) refuse(partName('terms', ordinal), 'no entry in the file was divided by it')
}

/** Who signed what, by the terms' own keys. A key that was rotated since signs under its new name and is not counted here. */
export function termsSteps(agreements: Iterable<ProvenAgreement>): Step[] {
  return [...agreements].map(({ title, hash, compiled, signers }) => {
    const keyed = compiled.parties.filter(party => party.key !== null)
    const signed = keyed.filter(party => party.key !== null && signers.has(hex(party.key)))
    const missing = compiled.parties.filter(party => !signed.includes(party)).map(party => party.id)
    return {
      said: `The terms of “${title}” are those that the receipts name, and ${signed.length} of ${compiled.parties.length} parties signed them`,
      detail: `${hash}${missing.length === 0 ? '' : `; not signed in this file: ${missing.join(', ')}`}`,
      checked: true,
    }
  })
}
