import { concat } from 'uint8arrays/concat'
import { toString as toText } from 'uint8arrays/to-string'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeManifest, encodeSigned, type PartsManifest, partsMessage, urlOf } from '#protocols/parts/v1/codec.ts'
import { testAuthor } from './author.ts'

export interface PartsVector {
  readonly name: string
  /** Signed manifest. */
  readonly hex: string
  readonly expect: 'ok' | 'bad-form' | 'bad-signature'
}

const community = testAuthor(0)
const INTEGRITY = `sha384-${'Ab+/'.repeat(16)}`
const OTHER = `sha384-${'Zz09'.repeat(16)}`

const version = (integrity: string, number: string) => ({
  version: number,
  title: 'Dice',
  url: urlOf('dice', integrity),
  integrity,
  bytes: 1_200,
  place: 'page' as const,
  capabilities: ['player-control', 'releases'] as const,
})

const dice = { ...version(INTEGRITY, '1.1.0'), tag: 'dice', on: true, history: [version(OTHER, '1.0.0')] }
const manifest: PartsManifest = {
  community: community.publicKey,
  seq: 4,
  at: 1_700_000_000_000,
  guests: [dice],
  off: ['chat', 'polls'],
}
const empty: PartsManifest = { ...manifest, seq: 0, guests: [], off: [] }

const signed = (bytes: Uint8Array, by = community): string =>
  toText(encodeSigned(bytes, by.sign(partsMessage(bytes))), 'base16')
const of = (value: unknown): string => signed(encode(value))

export function partsVectors(): PartsVector[] {
  const good = encodeManifest(manifest)
  const bad = (name: string, change: object): PartsVector => ({
    name,
    hex: of({ ...manifest, ...change }),
    expect: 'bad-form',
  })
  const badGuest = (name: string, change: object): PartsVector => bad(name, { guests: [{ ...dice, ...change }] })
  return [
    { name: 'a part with an earlier version, and two own parts off', hex: signed(good), expect: 'ok' },
    { name: 'nothing but the page itself', hex: of(empty), expect: 'ok' },
    { name: 'signed by somebody else', hex: signed(good, testAuthor(1)), expect: 'bad-signature' },
    {
      name: 'signed without its domain',
      hex: toText(encodeSigned(good, community.sign(good)), 'base16'),
      expect: 'bad-signature',
    },
    { name: 'a byte after the end', hex: `${signed(good)}00`, expect: 'bad-form' },
    { name: 'a byte after the manifest', hex: signed(concat([good, Uint8Array.of(0)])), expect: 'bad-form' },
    badGuest('an address that is not of its integrity', { url: urlOf('dice', OTHER) }),
    badGuest('an address elsewhere', { url: 'https://example.org/dice.js' }),
    badGuest('a capability that nobody knows', { capabilities: ['camera'] }),
    badGuest('capabilities that do not ascend', { capabilities: ['releases', 'player-control'] }),
    badGuest('another hash function', { integrity: `sha256-${'A'.repeat(43)}=` }),
    badGuest('a script that is too long', { bytes: 524_289 }),
    badGuest('a tag in capitals', { tag: 'Dice' }),
    bad('one part twice', { guests: [dice, dice] }),
    bad('own parts that do not ascend', { off: ['polls', 'chat'] }),
    bad('a sequence below zero', { seq: -1 }),
    bad('a field that is not in the form', { theme: 'dark' }),
  ]
}
