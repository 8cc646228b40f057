import { hasher } from '#node/identity/crypto-ports.ts'
import * as audit from '#protocols/audit/v1/codec.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { formatNote, formatSignature } from '#protocols/ledger/v1/checkpoint.ts'
import { encodeCloseStatement } from '#protocols/ledger/v1/close.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { closeStatement } from '#src/ledger/committee/closing.ts'
import { voteLine } from '#src/ledger/committee/notes.ts'
import {
  accept,
  desk,
  fill,
  type LedgerVector,
  note,
  origin,
  own,
  reject,
  seat,
  stream,
  text,
  written,
} from './fixtures.ts'

/** Vectors of the audit protocol, version 1: messages without their length prefix. */
export function auditVectors(): LedgerVector[] {
  const submit: audit.AuditRequest = {
    t: 'submit',
    community: desk.publicKey,
    origin,
    intent: 'cosign',
    from: 6,
    count: 2,
    note: formatNote(text, [own]),
    consistency: [fill(1)],
    handovers: [],
    closing: null,
  }
  const request = (name: string, value: audit.AuditRequest) => accept('request', name, audit.encodeRequest(value))
  const answer = (name: string, value: audit.AuditAnswer) => accept('answer', name, audit.encodeAnswer(value))
  const bytes = audit.encodeRequest(submit)
  return [
    request('a batch of two to cosign', submit),
    request('a closing', { ...submit, intent: 'close', count: 0, handovers: [note], closing: fill(1, 9) }),
    request('entries', { t: 'entries', entries: [encodeEntry(stream), written] }),
    request('the head of the newest log', { t: 'head', community: desk.publicKey, origin: null }),
    request('evidence', { t: 'evidence', evidence: fill(1, 40) }),
    answer('a cosignature', { t: 'cosigned', line: note.trimEnd().split('\n').at(-1) ?? '' }),
    answer('a vote', { t: 'voted', line: formatSignature(voteLine(hasher, seat, text)).trimEnd() }),
    answer('behind', { t: 'behind', size: 4 }),
    ...audit.AUDIT_REFUSALS.map(code =>
      answer(`refused: ${code}`, { t: 'refused', code, message: 'The head was not cosigned.' }),
    ),
    answer('no head', { t: 'head', note: null, closed: false }),
    answer('a closed head', { t: 'head', note, closed: true }),
    answer('a close statement', {
      t: 'closed',
      statement: encodeCloseStatement(closeStatement(seat, { origin, size: 8, root: fill(0x70) })),
    }),
    answer('evidence taken', { t: 'taken', known: false }),
    reject('request', 'nothing', new Uint8Array()),
    reject('request', 'cut short', bytes.subarray(0, -1)),
    reject('request', 'a byte after it', Uint8Array.from([...bytes, 0])),
    reject('request', 'an unknown tag', encode({ ...submit, t: 'propose' })),
    reject('request', 'an unknown key', encode({ ...submit, more: 1 })),
    reject('request', 'a missing key', encode({ t: 'head', community: desk.publicKey })),
    reject('request', 'more entries than a submission may have', encode({ ...submit, count: 65_537 })),
    reject('request', 'an empty chunk', encode({ t: 'entries', entries: [] })),
    reject('request', 'an origin of another form', encode({ ...submit, origin: 'example.org/log' })),
    reject('answer', 'an unknown refusal', encode({ t: 'refused', code: 'tired', message: 'no' })),
    reject('answer', 'a message of two lines', encode({ t: 'refused', code: 'busy', message: 'no\nnever' })),
    reject('answer', 'a size below zero', encode({ t: 'behind', size: -1 })),
  ]
}
