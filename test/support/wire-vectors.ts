import { CID } from 'multiformats/cid'
import { toString as asText } from 'uint8arrays/to-string'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { testAuthor } from './author.ts'
import { liveCases } from './live-cases.ts'
import {
  captionCases,
  creditCases,
  handleCases,
  moderationCases,
  offerCases,
  valueOrderCases,
  type WireCase,
} from './wire-vector-cases.ts'

/** One case of a `vectors.json`: an envelope as it travels, and what a receiver must make of it. */
export interface WireVector {
  readonly name: string
  /** Envelope bytes. */
  readonly hex: string
  /** `ok`, or where it must fail: at the form, the signature, or the body. */
  readonly expect: 'ok' | 'bad-form' | 'bad-signature' | 'bad-body'
  /** SHA-256 of the signed message, for valid ones. */
  readonly id?: string
}

const AT_MS = 1_700_000_000_000
const community = testAuthor(0)
const fan = testAuthor(1)
const RELEASE = 'ab'.repeat(16)
const ROOT = CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi')
const ASSET = { code: 'TEST', scale: 2, issuer: community.publicKey }

const track = {
  title: 'Opening',
  artist: 'The Sample Trio',
  durationMs: 215_000,
  isrc: 'QZABC2600001',
  iswc: 'T0345246801',
  original: { path: '01/opening.flac', mediaType: 'audio/flac', bytes: 20_000_000 },
  plain: { path: '01/opening.m4a', mediaType: 'audio/mp4', bytes: 4_000_000 },
  hls: '01/main.m3u8',
  renditions: [{ path: '01/96.mp4', playlist: '01/96.m3u8', codec: 'opus', bitsPerSecond: 96_000, bytes: 2_580_000 }],
  loudness: { integratedCentiLufs: -1_400, truePeakCentiDb: -100, rangeCentiLu: 620 },
  waveform: Uint8Array.from([0, 128, 255]),
}
const manifest = {
  id: RELEASE,
  root: ROOT,
  title: 'Songs for a Park',
  artist: 'The Sample Trio',
  license: 'CC-BY-SA-4.0',
  description: 'Three songs.\nRecorded outdoors.',
  upc: '036000291452',
  cover: { path: 'cover.jpg', mediaType: 'image/jpeg', bytes: 90_000 },
  tracks: [track],
  splits: [
    { party: 'ana', shares: 5_000 },
    { party: 'ben', shares: 3_000 },
    { party: 'cem', shares: 2_000 },
  ],
  bytes: 26_670_000,
}

type Author = ReturnType<typeof testAuthor>

function sign(type: string, body: unknown, author: Author): { hex: string; id: string } {
  const payload = encodePayload({
    type,
    author: author.publicKey,
    community: community.publicKey,
    seq: 1,
    at: AT_MS,
    body,
  })
  const message = signedBytes(type, payload)
  return { hex: asText(encodeEnvelope(payload, author.sign(message)), 'hex'), id: asText(message, 'hex') }
}

/** Turns a message in hex into its id; given by the caller, who has a hash function. */
export type IdOf = (messageHex: string) => string

export function wireVectors(idOf: IdOf): Record<'envelope' | 'catalog' | 'engagement' | 'value', WireVector[]> {
  const good = (name: string, type: string, body: unknown, author: Author = fan): WireVector => {
    const { hex, id } = sign(type, body, author)
    return { name, hex, expect: 'ok', id: idOf(id) }
  }
  const bad = (name: string, type: string, body: unknown, author: Author = fan): WireVector => ({
    name,
    hex: sign(type, body, author).hex,
    expect: 'bad-body',
  })
  const all = (cases: readonly WireCase[]): WireVector[] =>
    cases.map(({ name, type, body, ok, by }) =>
      (ok ? good : bad)(name, type, body, by === 'community' ? community : fan),
    )
  const chat = { room: 'main', name: 'Ana', text: 'hello, park' }
  const tip = { release: RELEASE, amount: 100n, asset: ASSET, reference: null, use: 'tip' }
  return {
    envelope: envelopeVectors(good('a chat message', 'engagement/chat', chat)),
    catalog: [
      good('a community', 'catalog/community', { name: 'Park Stage', about: '' }, community),
      good('a release', 'catalog/release', manifest, community),
      good('a takedown', 'catalog/withdraw', { id: RELEASE, reason: 'sample cleared late' }, community),
      bad(
        'splits of 99.99 %',
        'catalog/release',
        { ...manifest, splits: [{ party: 'ana', shares: 9_999 }] },
        community,
      ),
      bad(
        'a party twice',
        'catalog/release',
        { ...manifest, splits: [1, 2].map(() => ({ party: 'ana', shares: 5_000 })) },
        community,
      ),
      bad(
        'a path that climbs',
        'catalog/release',
        { ...manifest, tracks: [{ ...track, hls: '../main.m3u8' }] },
        community,
      ),
      bad(
        'an ISRC with hyphens',
        'catalog/release',
        { ...manifest, tracks: [{ ...track, isrc: 'QZ-ABC-26-00001' }] },
        community,
      ),
      bad('no tracks', 'catalog/release', { ...manifest, tracks: [] }, community),
      bad('an unknown field', 'catalog/release', { ...manifest, extra: 1 }, community),
      bad('an empty name', 'catalog/community', { name: '', about: '' }, community),
      ...all(offerCases(RELEASE)),
      ...all(creditCases(RELEASE)),
      ...all(captionCases(RELEASE)),
    ],
    engagement: [
      good('a chat message', 'engagement/chat', chat),
      good('a reaction', 'engagement/reaction', { target: RELEASE, emoji: '👏🏽', on: true }),
      good('a comment at a moment', 'engagement/comment', {
        release: RELEASE,
        track: 0,
        atMs: 61_000,
        name: '',
        text: 'that bridge',
      }),
      good(
        'a poll',
        'engagement/poll',
        { room: 'main', question: 'Encore?', options: ['yes', 'no'], closesAt: AT_MS },
        community,
      ),
      good('a vote', 'engagement/vote', { poll: new Uint8Array(32).fill(7), option: 1 }),
      good('a play', 'engagement/play', { release: RELEASE, track: 0, listenedMs: 30_000 }),
      good('a follow', 'engagement/follow', { on: true }),
      good('a ban', 'engagement/moderation', { action: 'ban', target: fan.publicKey, reason: 'spam' }, community),
      bad('an empty message', 'engagement/chat', { ...chat, text: '' }),
      bad('a message too long', 'engagement/chat', { ...chat, text: 'x'.repeat(2_001) }),
      bad('a bidirectional override', 'engagement/chat', { ...chat, text: '\u202egnp.exe' }),
      bad('a name of two lines', 'engagement/chat', { ...chat, name: 'A\nB' }),
      bad('a room that climbs', 'engagement/chat', { ...chat, room: '../main' }),
      bad(
        'a poll with one option',
        'engagement/poll',
        { room: 'main', question: 'Encore?', options: ['yes'], closesAt: AT_MS },
        community,
      ),
      bad('a vote for option 12', 'engagement/vote', { poll: new Uint8Array(32), option: 12 }),
      bad('listening longer than a day', 'engagement/play', { release: RELEASE, track: 0, listenedMs: 86_400_001 }),
      good('an edit', 'engagement/edit', { target: new Uint8Array(32).fill(9), text: 'what I meant' }),
      good('a message taken back', 'engagement/edit', { target: new Uint8Array(32).fill(9), text: '' }),
      bad('an edit of nothing', 'engagement/edit', { target: new Uint8Array(31), text: 'x' }),
      bad('an edit that is too long', 'engagement/edit', { target: new Uint8Array(32), text: 'x'.repeat(2_001) }),
      ...all(moderationCases(AT_MS + 3_600_000)),
      ...all(liveCases(RELEASE, AT_MS)),
      ...all(handleCases()),
    ],
    value: [
      good(
        'an issue',
        'value/issue',
        { account: fan.publicKey, amount: 1_000n, asset: ASSET, reference: new Uint8Array(32).fill(7) },
        community,
      ),
      good('a tip', 'value/tip', tip),
      good('the largest amount', 'value/tip', { ...tip, amount: 18_446_744_073_709_551_615n }),
      bad('a negative amount', 'value/tip', { ...tip, amount: -1 }),
      bad('an asset code in lower case', 'value/tip', { ...tip, asset: { ...ASSET, code: 'test' } }),
      good('a purchase with a reference', 'value/tip', {
        ...tip,
        use: 'purchase',
        reference: new Uint8Array(32).fill(7),
      }),
      good('a redemption', 'value/redeem', { amount: 500n, asset: ASSET, reference: null }),
      good('a channel for streams', 'value/channel-open', {
        channel: new Uint8Array(32).fill(9),
        asset: ASSET,
        deposit: 1_000n,
        expiry: AT_MS + 86_400_000,
        pool: 'user-centric',
      }),
      good('the end of a channel', 'value/channel-close', { channel: new Uint8Array(32).fill(9) }),
      bad('a reference of text', 'value/tip', { ...tip, reference: 'thanks' }),
      bad('a use that nobody knows', 'value/tip', { ...tip, use: 'rental' }),
      ...all(valueOrderCases(ASSET, RELEASE, AT_MS)),
    ],
  }
}

function envelopeVectors(valid: WireVector): WireVector[] {
  const flipped = `${valid.hex.slice(0, -2)}${valid.hex.endsWith('00') ? '01' : '00'}`
  const wrap = (payload: unknown) => asText(encodeEnvelope(encode(payload), new Uint8Array(64)), 'hex')
  const payload = {
    type: 'engagement/chat',
    author: fan.publicKey,
    community: community.publicKey,
    seq: 1,
    at: AT_MS,
    body: null,
  }
  return [
    valid,
    { name: 'a newer type in a known area', hex: sign('engagement/hologram', { depth: 3 }, fan).hex, expect: 'ok' },
    { name: 'a changed signature', hex: flipped, expect: 'bad-signature' },
    { name: 'a byte missing', hex: valid.hex.slice(0, -2), expect: 'bad-form' },
    { name: 'a byte too many', hex: `${valid.hex}00`, expect: 'bad-form' },
    { name: 'nothing', hex: '', expect: 'bad-form' },
    { name: 'an unknown field', hex: wrap({ ...payload, extra: 1 }), expect: 'bad-form' },
    { name: 'an author of 31 bytes', hex: wrap({ ...payload, author: fan.publicKey.slice(1) }), expect: 'bad-form' },
    { name: 'a float', hex: wrap({ ...payload, at: 0.5 }), expect: 'bad-form' },
    { name: 'a type in capitals', hex: wrap({ ...payload, type: 'Engagement/Chat' }), expect: 'bad-form' },
    { name: 'a type of one word', hex: wrap({ ...payload, type: 'chat' }), expect: 'bad-form' },
  ]
}
