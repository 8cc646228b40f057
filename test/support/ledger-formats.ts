import fc from 'fast-check'
import * as audit from '#protocols/audit/v1/codec.ts'
import type { CodecFault } from '#protocols/codec/codec-error.ts'
import type { Result } from '#protocols/codec/result.ts'
import * as ack from '#protocols/ledger/v1/ack.ts'
import * as announcement from '#protocols/ledger/v1/announcement.ts'
import * as charter from '#protocols/ledger/v1/charter.ts'
import * as close from '#protocols/ledger/v1/close.ts'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import * as evidence from '#protocols/ledger/v1/evidence.ts'
import { decodeLines, encodeLines } from '#protocols/ledger/v1/split.ts'
import { decodeSignedVoucher, encodeSignedVoucher } from '#protocols/ledger/v1/voucher.ts'
import { blob, count, entry, hash32, u64, voucher } from './ledger-arbitraries.ts'

/** A format of the ledger or of its audit: what it may say, and both ways of its codec. */
export interface LedgerFormat<T> {
  readonly name: string
  readonly values: fc.Arbitrary<T>
  readonly encode: (value: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Result<T, CodecFault>
}

const signature = blob(64)
const hexKey = fc.stringMatching(/^[0-9a-f]{64}$/)
export const origin = fc
  .tuple(hexKey, fc.integer({ min: 1, max: 9_999_999 }))
  .map(([key, generation]) => `bandstand.${key}/log${generation === 1 ? '' : `.${generation}`}`)
const note = fc.string({ minLength: 1, maxLength: 80, unit: fc.constantFrom('a', 'Z', '0', ' ', '\n', '—', '+', '=') })
const sentence = fc.stringMatching(/^[a-zA-Z ,.]{1,60}$/)
const word = fc.stringMatching(/^[a-z][a-z-]{0,31}$/)
const hashes = fc.array(hash32, { maxLength: 5 })
const small = fc.uint8Array({ minLength: 1, maxLength: 40 })
const smalls = fc.array(small, { maxLength: 4 })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Distinct, and in the order of their keys' bytes. */
function keyed<T>(items: fc.Arbitrary<T>, keyOf: (item: T) => Uint8Array): fc.Arbitrary<T[]> {
  return fc
    .uniqueArray(items, { minLength: 1, maxLength: 4, selector: item => hex(keyOf(item)) })
    .map(list => list.sort((a, b) => (hex(keyOf(a)) < hex(keyOf(b)) ? -1 : 1)))
}

const lines = fc.array(
  fc.record({
    holder: fc.stringMatching(/^[!-~]{1,90}$/),
    party: fc.oneof(sentence, fc.constantFrom('Björk', '李', '🎸 band')),
    amount: u64,
    tag: word,
  }),
  { maxLength: 6 },
)
const member = fc.record({
  community: hash32,
  name: sentence,
  operator: sentence,
  stake: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  address: fc.option(sentence),
})
const charters: fc.Arbitrary<charter.Charter> = fc
  .record({
    network: fc.constant('bandstand'),
    epoch: fc.integer({ min: 1, max: 99 }),
    previous: hash32 as fc.Arbitrary<Uint8Array | null>,
    seats: fc.constantFrom(...charter.COMMITTEE_SIZES),
    members: keyed(member, ({ community }) => community),
    startsAt: count,
  })
  .map(value => (value.epoch === 1 ? { ...value, previous: null } : value))
const signedCharters = fc.record({
  charter: charters,
  signatures: keyed(fc.record({ key: hash32, signature }), ({ key }) => key),
})
const proven = fc.record({ leaf: hash32, proof: hashes })
const promiseMs = fc.integer({ min: 1, max: 60_000 })
const divergence = fc.option(fc.record({ index: count, first: proven, second: proven }))
const community = hash32
const cases: fc.Arbitrary<evidence.Evidence> = fc.oneof(
  fc.record({ kind: fc.constant('fork' as const), community, first: note, second: note, divergence }),
  fc.record({
    kind: fc.constant('double-cosign' as const),
    community,
    first: note,
    second: note,
    divergence,
    seat: hash32,
  }),
  fc.record({
    kind: fc.constant('invalid-transition' as const),
    community,
    note,
    from: count,
    peaks: hashes,
    entries: fc.array(small, { minLength: 1, maxLength: 4 }),
    snapshot: fc.array(fc.tuple(fc.stringMatching(/^[!-~]{1,40}$/), small), { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('broken-promise' as const),
    community,
    ack: small,
    note,
    breach: fc.oneof(
      fc.record({ how: fc.constant('replaced' as const), leaf: hash32, proof: hashes }),
      fc.record({ how: fc.constant('missing' as const), commit: small, proof: hashes }),
    ),
  }),
)
const topic: fc.Arbitrary<announcement.TopicMessage> = fc.oneof(
  fc
    .record({ checkpoint: note, from: count, entries: smalls, consistency: hashes })
    .map(value => ({ kind: 'announcement' as const, announcement: value })),
  small.map(value => ({ kind: 'evidence' as const, evidence: value })),
)
const requests: fc.Arbitrary<audit.AuditRequest> = fc.oneof(
  fc.record({
    t: fc.constant('submit' as const),
    community,
    origin,
    intent: fc.constantFrom('cosign' as const, 'close' as const),
    from: count,
    count: fc.nat(65_536),
    note,
    consistency: hashes,
    handovers: fc.array(note, { maxLength: 2 }),
    closing: fc.option(small),
  }),
  fc.record({ t: fc.constant('entries' as const), entries: fc.array(small, { minLength: 1, maxLength: 4 }) }),
  fc.record({ t: fc.constant('head' as const), community, origin: fc.option(origin) }),
  fc.record({ t: fc.constant('evidence' as const), evidence: small }),
)
const answers: fc.Arbitrary<audit.AuditAnswer> = fc.oneof(
  fc.record({ t: fc.constantFrom('cosigned' as const, 'voted' as const), line: sentence }),
  fc.record({ t: fc.constant('behind' as const), size: count }),
  fc.record({ t: fc.constant('refused' as const), code: fc.constantFrom(...audit.AUDIT_REFUSALS), message: sentence }),
  fc.record({ t: fc.constant('head' as const), note: fc.option(note), closed: fc.boolean() }),
  fc.record({ t: fc.constant('closed' as const), statement: small }),
  fc.record({ t: fc.constant('taken' as const), known: fc.boolean() }),
)

const format = <T>(of: LedgerFormat<T>): LedgerFormat<unknown> => of as LedgerFormat<unknown>

function encodeTopic(message: announcement.TopicMessage): Uint8Array {
  if (message.kind === 'announcement') return announcement.encodeAnnouncement(message.announcement)
  return announcement.encodeEvidenceMessage(message.evidence) ?? new Uint8Array()
}

/** Everything of the trust ledger that is canonical DAG-CBOR. */
export const ledgerFormats: readonly LedgerFormat<unknown>[] = [
  format({ name: 'entry', values: entry, encode: encodeEntry, decode: decodeEntry }),
  format({
    name: 'signed voucher',
    values: fc.tuple(voucher, signature).map(([fields, by]) => ({ ...fields, signature: by })),
    encode: encodeSignedVoucher,
    decode: decodeSignedVoucher,
  }),
  format({ name: 'lines', values: lines, encode: encodeLines, decode: decodeLines }),
  format({
    name: 'ack',
    values: fc
      .record({ origin, id: hash32, index: count, leaf: hash32, at: count, signature, wait: promiseMs })
      .map(({ wait, at, ...rest }) => {
        const early = Math.min(at, Number.MAX_SAFE_INTEGER - wait)
        return { ...rest, at: early, deadline: early + wait }
      }),
    encode: ack.encodeAck,
    decode: ack.decodeAck,
  }),
  format({ name: 'charter', values: charters, encode: charter.encodeCharter, decode: charter.decodeCharter }),
  format({
    name: 'signed charter',
    values: signedCharters,
    encode: charter.encodeSignedCharter,
    decode: charter.decodeSignedCharter,
  }),
  format({
    name: 'close statement',
    values: fc.record({ seat: hash32, signature }),
    encode: close.encodeCloseStatement,
    decode: close.decodeCloseStatement,
  }),
  format({
    name: 'closing certificate',
    values: fc.record({
      note,
      commit: small,
      proof: hashes,
      statements: keyed(fc.record({ seat: hash32, signature }), ({ seat }) => seat),
    }),
    encode: close.encodeClosing,
    decode: close.decodeClosing,
  }),
  format({ name: 'evidence', values: cases, encode: evidence.encodeEvidence, decode: evidence.decodeEvidence }),
  format({ name: 'topic message', values: topic, encode: encodeTopic, decode: announcement.decodeTopicMessage }),
  format({ name: 'audit request', values: requests, encode: audit.encodeRequest, decode: audit.decodeRequest }),
  format({ name: 'audit answer', values: answers, encode: audit.encodeAnswer, decode: audit.decodeAnswer }),
]
