import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeAck } from '#protocols/ledger/v1/ack.ts'
import { encodeAnnouncement, encodeEvidenceMessage } from '#protocols/ledger/v1/announcement.ts'
import { type Charter, charterMessage, encodeCharter, encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { formatNote } from '#protocols/ledger/v1/checkpoint.ts'
import { closeMessage, encodeClosing } from '#protocols/ledger/v1/close.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { encodeEntryBundle } from '#protocols/ledger/v1/tiles.ts'
import {
  accept,
  at,
  desk,
  fill,
  hexOf,
  type LedgerVector,
  note,
  origin,
  own,
  promised,
  reject,
  seat,
  second,
  sha256,
  stream,
  text,
  textVector,
  written,
} from './fixtures.ts'

const charter: Charter = {
  network: 'bandstand',
  epoch: 1,
  previous: null,
  seats: 4,
  members: [desk, seat, second].map(({ publicKey }, index) => ({
    community: publicKey,
    name: `Stage ${index}`,
    operator: `Operator ${index}`,
    stake: 100 * (index + 1),
    address: null,
  })),
  startsAt: at,
}
export const charterVectors = (): LedgerVector[] => {
  const signatures = [desk, seat, second].map(by => ({
    key: by.publicKey,
    signature: by.sign(charterMessage(charter)),
  }))
  const bytes = encodeSignedCharter({ charter, signatures })
  const backwards = encode({
    charter: encodeCharter(charter),
    signatures: [...signatures].sort((a, b) => (hexOf(a.key) < hexOf(b.key) ? 1 : -1)),
  })
  const nested = (change: Partial<Charter>): Uint8Array =>
    encodeSignedCharter({ charter: { ...charter, ...change }, signatures })
  return [
    accept('charter', 'a first charter, signed by all', bytes, sha256(encodeCharter(charter))),
    reject('charter', 'a start that was not signed', nested({ startsAt: at + 1 }), 'bad-signature'),
    reject('charter', 'signatures in another order than that of the keys', backwards),
    reject('charter', 'five seats', nested({ seats: 5 })),
    reject('charter', 'epoch 2 without the charter before', nested({ epoch: 2 })),
    reject('charter', 'a stake of 0', nested({ members: charter.members.map(member => ({ ...member, stake: 0 })) })),
    reject('charter', 'no members', nested({ members: [] })),
  ]
}

export const closeVectors = (): LedgerVector[] => {
  const statements = [seat, second]
    .map(by => ({ seat: by.publicKey, signature: by.sign(closeMessage(origin, 8, fill(0x70))) }))
    .sort((a, b) => (hexOf(a.seat) < hexOf(b.seat) ? -1 : 1))
  const closing = { note: formatNote(text, [own]), commit: written, proof: [fill(1), fill(2), fill(3)], statements }
  const other = statements.map(({ seat: key }) => ({ seat: key, signature: fill(1, 64) }))
  return [
    accept('closing', 'two seats close a log at size 8', encodeClosing(closing)),
    reject(
      'closing',
      'signatures over something else',
      encodeClosing({ ...closing, statements: other }),
      'bad-signature',
    ),
    reject(
      'closing',
      'a seat twice',
      encodeClosing({
        ...closing,
        statements: [...statements, ...statements].sort((a, b) => (hexOf(a.seat) < hexOf(b.seat) ? -1 : 1)),
      }),
    ),
    reject('closing', 'a commit of 257 bytes', encodeClosing({ ...closing, commit: fill(0, 257) })),
  ]
}

export const evidenceVectors = (): LedgerVector[] => {
  const community = desk.publicKey
  const fork = { kind: 'fork', community, first: note, second: formatNote(text, [own]), divergence: null } as const
  const proven = { leaf: fill(1), proof: [fill(2)] }
  const bytes = encodeEvidence(fork)
  return [
    accept('evidence', 'a fork at one size', bytes),
    accept(
      'evidence',
      'a fork at two sizes',
      encodeEvidence({ ...fork, divergence: { index: 3, first: proven, second: { ...proven, leaf: fill(4) } } }),
    ),
    accept(
      'evidence',
      'a double cosignature',
      encodeEvidence({ ...fork, kind: 'double-cosign', seat: seat.publicKey }),
    ),
    accept(
      'evidence',
      'an invalid transition',
      encodeEvidence({
        kind: 'invalid-transition',
        community,
        note,
        from: 3,
        peaks: [fill(1), fill(2)],
        entries: [written],
        snapshot: [['meta', fill(7, 3)]],
      }),
    ),
    accept(
      'evidence',
      'a promise that was replaced',
      encodeEvidence({
        kind: 'broken-promise',
        community,
        ack: encodeAck({ ...promised, signature: fill(0, 64) }),
        note,
        breach: { how: 'replaced', ...proven },
      }),
    ),
    accept(
      'evidence',
      'a promise that was forgotten',
      encodeEvidence({
        kind: 'broken-promise',
        community,
        ack: encodeAck({ ...promised, signature: fill(0, 64) }),
        note,
        breach: { how: 'missing', commit: written, proof: [] },
      }),
    ),
    reject('evidence', 'an unknown kind', encode(['rumour', community, note, note, null])),
    reject('evidence', 'a seat where none belongs', encode(['fork', community, note, note, null, seat.publicKey])),
    reject('evidence', 'cut short', bytes.subarray(0, -1)),
  ]
}

export const otherVectors = (): LedgerVector[] => {
  const batch = { checkpoint: note, from: 6, entries: [encodeEntry(stream), written], consistency: [fill(1)] }
  const bundle = encodeEntryBundle([encodeEntry(stream), written])
  return [
    accept('topic', 'a batch of two', encodeAnnouncement(batch)),
    accept('topic', 'a head whose entries must be fetched', encodeAnnouncement({ ...batch, entries: [] })),
    accept('topic', 'evidence', encodeEvidenceMessage(fill(1, 40)) ?? new Uint8Array()),
    reject('topic', 'another tag', encode({ ...batch, t: 'receipt' })),
    reject('topic', 'an unknown key', encode({ ...batch, t: 'batch', more: true })),
    accept('bundle', 'two entries', bundle),
    accept('bundle', 'no entry', new Uint8Array()),
    reject('bundle', 'cut within an entry', bundle.subarray(0, -1)),
    reject('bundle', '257 entries', new Uint8Array(2 * 257)),
    ...['tile/0/x001/x234/067', 'tile/1/000.p/17', 'tile/entries/999.p/255'].map(path =>
      textVector('tile-path', path, path),
    ),
    ...['tile/0/x000/067', 'tile/00/067', 'tile/0/67', 'tile/0/067.p/256', 'tile/0/067.p/0', 'tile/64/067'].map(path =>
      textVector('tile-path', path, path, 'malformed'),
    ),
  ]
}

/** All vectors of the ledger, version 1, from fixed seeds. */
