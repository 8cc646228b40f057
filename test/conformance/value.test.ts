import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import { codeLeafBytes, readCard } from '#protocols/value/v1/card.ts'
import { type CardFile, decodeCardFile, parseCardText } from '#protocols/value/v1/card-file.ts'
import { decodeDeskNote, deskNoteMessage } from '#protocols/value/v1/desk-note.ts'
import { decodeAnswer, decodeRequest } from '#protocols/value/v1/messages.ts'
import { decodeNetting, nettingMessage } from '#protocols/value/v1/netting.ts'
import { decodePosition, positionMessage } from '#protocols/value/v1/position.ts'
import { decodeQuote, type Quote, quoteId, quoteMessage } from '#protocols/value/v1/quote.ts'
import { decodeSettlement, settlementMessage } from '#protocols/value/v1/settlement.ts'
import { settlementMemoMessage } from '#protocols/value/v1/settlement-memo.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import type { LedgerVector } from '#test/support/ledger-vectors/fixtures.ts'
import { valueVectors } from '#test/support/value-vectors/all.ts'

const sha256 = (data: Uint8Array): Uint8Array => hasher.sha256(data)
const verify = verifier.verify.bind(verifier)

interface Judged {
  readonly formed: boolean
  readonly signed?: boolean
  readonly hash?: Uint8Array
}
const formed = ({ ok }: { ok: boolean }): Judged => ({ formed: ok })

const signedBy = (quote: Quote): boolean =>
  verify(quote.by, quoteMessage(quote), quote.signature) && (quote.inner === null || signedBy(quote.inner))

/** Genuine under the community's key alone: its batch, and the path of the code to the batch's root. */
function judgeCard({ envelope, serial, secret, path }: CardFile): Judged {
  const read = decodeEnvelope(envelope)
  if (!read.ok) return { formed: false }
  const { type, payload, author, community, signature, body } = read.value
  const order = readOrder(type, body)
  const leaf = leafHash(hasher, codeLeafBytes(serial, secret))
  if (!order.ok || order.value.type !== 'value/batch') return { formed: false }
  const { count, root } = order.value
  const signed =
    Buffer.from(author).equals(community) &&
    verify(author, signedBytes(type, payload), signature) &&
    verifyInclusion(hasher, { index: serial, size: count, leaf, root, proof: path })
  return { formed: true, signed, hash: leaf }
}

const judges: Readonly<Record<string, (bytes: Uint8Array, text: string) => Judged>> = {
  quote: bytes => {
    const quote = decodeQuote(bytes)
    return quote.ok
      ? { formed: true, signed: signedBy(quote.value), hash: quoteId(sha256, quote.value) }
      : formed(quote)
  },
  settlement: bytes => {
    const note = decodeSettlement(bytes)
    if (!note.ok) return formed(note)
    const { debtor, creditor, debtorSignature, creditorSignature } = note.value
    const message = settlementMessage(note.value)
    const second = creditorSignature === null || verify(creditor, message, creditorSignature)
    const hash = sha256(settlementMemoMessage(note.value))
    return { formed: true, signed: verify(debtor, message, debtorSignature) && second, hash }
  },
  netting: bytes => {
    const netting = decodeNetting(bytes)
    if (!netting.ok) return formed(netting)
    const { participants, signatures } = netting.value
    const message = nettingMessage(netting.value)
    return {
      formed: true,
      signed: participants.every((key, place) => {
        const signature = signatures[place] ?? null
        return signature === null || verify(key, message, signature)
      }),
    }
  },
  position: bytes => {
    const position = decodePosition(bytes)
    if (!position.ok) return formed(position)
    return {
      formed: true,
      signed: verify(position.value.by, positionMessage(position.value), position.value.signature),
    }
  },
  'desk-note': bytes => {
    const note = decodeDeskNote(bytes)
    if (!note.ok) return formed(note)
    return { formed: true, signed: verify(note.value.community, deskNoteMessage(note.value), note.value.signature) }
  },
  code: (_bytes, text) => {
    const card = readCard(sha256, text)
    if (!card.ok) return formed(card)
    return { formed: true, hash: leafHash(hasher, codeLeafBytes(card.value.serial, card.value.secret)) }
  },
  'card-file': bytes => {
    const card = decodeCardFile(bytes)
    return card.ok ? judgeCard(card.value) : formed(card)
  },
  'card-text': (_bytes, text) => formed(parseCardText(text)),
  request: bytes => formed(decodeRequest(bytes)),
  answer: bytes => formed(decodeAnswer(bytes)),
}

function judge({ format, hex, text, hash }: LedgerVector) {
  const judged = judges[format]?.(new Uint8Array(Buffer.from(hex ?? '', 'hex')), text ?? '')
  if (judged === undefined) throw new Error(`no judge of ${format}`)
  if (!judged.formed) return { verdict: 'reject', code: 'malformed' }
  if (judged.signed === false) return { verdict: 'reject', code: 'bad-signature' }
  const same = judged.hash === undefined || hash === undefined ? {} : { hash: Buffer.from(judged.hash).toString('hex') }
  return { verdict: 'accept', ...same }
}

describe('published vectors of value between communities, version 1', () => {
  const file = join(import.meta.dirname, '../../protocols/value/v1/exchange-vectors.json')
  const generated = valueVectors()
  // A published version never changes its bytes: the file is written once, with WRITE_VECTORS, and read ever after.
  if (process.env.WRITE_VECTORS !== undefined) writeFileSync(file, `${JSON.stringify(generated, null, 2)}\n`)
  const published = JSON.parse(readFileSync(file, 'utf8')) as LedgerVector[]

  it.each(published)('$format, $name: $verdict $code', vector => {
    const { verdict, code, hash } = vector
    expect(judge(vector)).toEqual({
      verdict,
      ...(code === undefined ? {} : { code }),
      ...(hash === undefined ? {} : { hash }),
    })
  })

  it('are the bytes that this version writes', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(generated)))
  })

  it('have their own name each', () => {
    const names = published.map(({ format, name }) => `${format}: ${name}`)
    expect(new Set(names).size).toBe(names.length)
  })
})
