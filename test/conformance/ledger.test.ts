import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { decodeAnswer, decodeRequest } from '#protocols/audit/v1/codec.ts'
import { ackMessage, decodeAck } from '#protocols/ledger/v1/ack.ts'
import { decodeTopicMessage } from '#protocols/ledger/v1/announcement.ts'
import { charterMessage, decodeSignedCharter, encodeCharter } from '#protocols/ledger/v1/charter.ts'
import { keyIdOf, type NoteSignature, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { closeMessage, decodeClosing } from '#protocols/ledger/v1/close.ts'
import { cosignatureKeyId, cosignatureMessage, cosignatureOf } from '#protocols/ledger/v1/cosignature.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { decodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { parseOrigin, parseSeatName } from '#protocols/ledger/v1/origin.ts'
import { decodeLines } from '#protocols/ledger/v1/split.ts'
import { decodeEntryBundle, parseTilePath } from '#protocols/ledger/v1/tiles.ts'
import { parseTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import { decodeSignedVoucher, voucherBytes, voucherBytesIn, voucherId } from '#protocols/ledger/v1/voucher.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { ledgerVectors } from '#test/support/ledger-vectors/all.ts'
import { auditVectors } from '#test/support/ledger-vectors/audit.ts'
import { desk, type LedgerVector } from '#test/support/ledger-vectors/fixtures.ts'

const PROTOCOLS = join(import.meta.dirname, '../../protocols')
const sha256 = (data: Uint8Array): Uint8Array => hasher.sha256(data)
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Judged {
  readonly formed: boolean
  /** Whether whoever it names signed it; true for what carries no signature of its own. */
  readonly signed?: boolean
  readonly hash?: Uint8Array
}

const formed = ({ ok }: { ok: boolean }): Judged => ({ formed: ok })

function lineVerifies(text: string, { name, keyId, signature }: NoteSignature): boolean {
  const community = parseOrigin(name)?.community
  if (community !== undefined && Buffer.from(keyIdOf(sha256, name, community)).equals(keyId))
    return verifier.verify(community, utf8(text), signature)
  const seat = parseSeatName(name)
  if (seat === null || !Buffer.from(cosignatureKeyId(sha256, name, seat)).equals(keyId)) return true
  const read = cosignatureOf({ name, keyId, signature })
  return read !== null && verifier.verify(seat, cosignatureMessage(text, read.seconds), read.signature)
}

const judges: Readonly<Record<string, (bytes: Uint8Array, text: string) => Judged>> = {
  entry: bytes => {
    const entry = decodeEntry(bytes)
    if (!entry.ok) return { formed: false }
    const { value } = entry
    const signed =
      value.kind !== 'stream' || verifier.verify(value.channel, voucherBytesIn(desk.publicKey, bytes), value.signature)
    return { formed: true, signed, hash: leafHash(hasher, bytes) }
  },
  voucher: bytes => {
    const voucher = decodeSignedVoucher(bytes)
    if (!voucher.ok) return { formed: false }
    const { channel, signature } = voucher.value
    const signed = verifier.verify(channel, voucherBytes(desk.publicKey, voucher.value), signature)
    return { formed: true, signed, hash: voucherId(sha256, desk.publicKey, voucher.value) }
  },
  lines: bytes => ({ ...formed(decodeLines(bytes)), hash: sha256(bytes) }),
  ack: bytes => {
    const ack = decodeAck(bytes)
    const key = ack.ok ? parseOrigin(ack.value.origin)?.community : undefined
    if (!ack.ok || key === undefined) return { formed: false }
    return { formed: true, signed: verifier.verify(key, ackMessage(ack.value), ack.value.signature) }
  },
  checkpoint: (_bytes, text) => {
    const note = parseCheckpoint(text)
    if (!note.ok) return { formed: false }
    return { formed: true, signed: note.value.signatures.every(line => lineVerifies(note.value.text, line)) }
  },
  'tlog-proof': (_bytes, text) => formed(parseTlogProof(text)),
  'tile-path': (_bytes, text) => ({ formed: parseTilePath(text) !== null }),
  charter: bytes => {
    const charter = decodeSignedCharter(bytes)
    if (!charter.ok) return { formed: false }
    const message = charterMessage(charter.value.charter)
    const signed = charter.value.signatures.every(({ key, signature }) => verifier.verify(key, message, signature))
    return { formed: true, signed, hash: sha256(encodeCharter(charter.value.charter)) }
  },
  closing: bytes => {
    const closing = decodeClosing(bytes)
    const head = closing.ok ? parseCheckpoint(closing.value.note) : closing
    if (!closing.ok || !head.ok) return { formed: false }
    const message = closeMessage(head.value.origin, head.value.size, head.value.root)
    return {
      formed: true,
      signed: closing.value.statements.every(({ seat, signature }) => verifier.verify(seat, message, signature)),
    }
  },
  evidence: bytes => formed(decodeEvidence(bytes)),
  topic: bytes => formed(decodeTopicMessage(bytes)),
  bundle: bytes => formed(decodeEntryBundle(bytes)),
  request: bytes => formed(decodeRequest(bytes)),
  answer: bytes => formed(decodeAnswer(bytes)),
}

function judge({ format, hex, text }: LedgerVector) {
  const judged = judges[format]?.(new Uint8Array(Buffer.from(hex ?? '', 'hex')), text ?? '')
  if (judged === undefined) throw new Error(`no judge of ${format}`)
  if (!judged.formed) return { verdict: 'reject', code: 'malformed' }
  if (judged.signed === false) return { verdict: 'reject', code: 'bad-signature' }
  const hash = judged.hash === undefined ? {} : { hash: Buffer.from(judged.hash).toString('hex') }
  return { verdict: 'accept', ...hash }
}

const areas = [
  { area: 'ledger', generate: ledgerVectors },
  { area: 'audit', generate: auditVectors },
]

describe.each(areas)('published vectors of $area version 1', ({ area, generate }) => {
  const file = join(PROTOCOLS, area, 'v1/vectors.json')
  const generated = generate()
  // A published version never changes its bytes: the file is written once, with WRITE_VECTORS, and read ever after.
  if (process.env.WRITE_VECTORS !== undefined) writeFileSync(file, `${JSON.stringify(generated, null, 2)}\n`)
  const published = JSON.parse(readFileSync(file, 'utf8')) as LedgerVector[]

  it.each(published)('$format, $name: $verdict $code', ({ format, name, hex, text, ...expected }) => {
    expect(
      judge({ format, name, verdict: expected.verdict, ...(hex === undefined ? { text: text ?? '' } : { hex }) }),
    ).toEqual(expected)
  })

  it('are the bytes that this version writes', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(generated)))
  })

  it('have their own name each', () => {
    const names = published.map(({ format, name }) => `${format}: ${name}`)
    expect(new Set(names).size).toBe(names.length)
  })
})
