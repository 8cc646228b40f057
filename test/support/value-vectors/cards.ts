import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { codeLeafBytes, writeCard } from '#protocols/value/v1/card.ts'
import { type CardFile, cardText, encodeCardFile } from '#protocols/value/v1/card-file.ts'
import {
  accept,
  at,
  desk,
  fill,
  flip,
  type LedgerVector,
  reject,
  sha256,
  textVector,
} from '../ledger-vectors/fixtures.ts'

const secret = fill(0x5e, 10)
const batch = fill(0xba)
const code = writeCard(sha256, { batch, serial: 1_023, secret })
const codeHash = (serial: number) => sha256(Buffer.concat([Uint8Array.of(0), codeLeafBytes(serial, secret)]))

/** The batch of one code: its root is the code's own leaf. */
function signedBatch(): Uint8Array {
  const body = {
    batch,
    root: codeHash(0),
    count: 1,
    amount: 1_000n,
    asset: { code: 'EUR', scale: 2, issuer: desk.publicKey },
    expiry: at + 86_400_000,
  }
  const [author, type] = [desk.publicKey, 'value/batch']
  const payload = encodePayload({ type, author, community: author, seq: 1, at, body })
  return encodeEnvelope(payload, desk.sign(signedBytes(type, payload)))
}
const card: CardFile = { envelope: signedBatch(), serial: 0, secret, path: [] }

export function cardVectors(): LedgerVector[] {
  const bytes = encodeCardFile(card)
  const bad = (name: string, text: string) => textVector('code', name, text, 'malformed')
  const good = (name: string, text: string) => ({
    ...textVector('code', name, text),
    hash: Buffer.from(codeHash(1_023)).toString('hex'),
  })
  const letter = code.startsWith('Z') ? 'Y' : 'Z'
  return [
    good('as it is printed', code),
    good(
      'as somebody typed it',
      ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `,
    ),
    bad('with a wrong letter', letter + code.slice(1)),
    bad('with two letters in each other’s place', swapped(code)),
    bad('with a letter that codes do not have', `U${code.slice(1)}`),
    bad('with a letter too few', code.slice(0, -1)),
    bad('with a letter too many', `${code}0`),
    bad('empty', ''),
    accept('card-file', 'of a batch of one', bytes, codeHash(0)),
    textVector('card-text', 'of a batch of one', cardText(card)),
    textVector('card-text', 'with padding', `${cardText(card)}=`, 'malformed'),
    textVector('card-text', 'whose last letter says more than a byte', trailing(cardText(card)), 'malformed'),
    textVector('card-text', 'of another scheme', cardText(card).replace('card', 'cart'), 'malformed'),
    reject('card-file', 'cut short', bytes.subarray(0, -1)),
    reject('card-file', 'a serial of 1,024', encode([card.envelope, 1_024, secret, []])),
    reject('card-file', 'a secret of nine bytes', encode([card.envelope, 0, fill(1, 9), []])),
    reject(
      'card-file',
      'a path of eleven hashes',
      encode([card.envelope, 0, secret, Array.from({ length: 11 }, () => fill(1))]),
    ),
    reject('card-file', 'another secret', encodeCardFile({ ...card, secret: fill(0x5f, 10) }), 'bad-signature'),
    reject(
      'card-file',
      'a batch that another community signed',
      encodeCardFile({ ...card, envelope: flip(card.envelope) }),
      'bad-signature',
    ),
  ]
}
/** The last letter of base64 holds bits that no byte takes; here they are not zero. */
const trailing = (text: string): string => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)

/** The first two neighbours that differ, exchanged. */
function swapped(text: string): string {
  const at = [...text].findIndex((letter, place) => {
    const next = text[place + 1]
    return letter !== '-' && next !== '-' && next !== letter
  })
  return `${text.slice(0, at)}${text[at + 1]}${text[at]}${text.slice(at + 2)}`
}
