import { createCipheriv } from 'node:crypto'
import { scrypt } from '@noble/hashes/scrypt.js'
import { toString as asText } from 'uint8arrays/to-string'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { type Belongings, encodeBelongings, encodeMove, MOVE_MAGIC } from '#protocols/identity/v1/move.ts'
import { WRAPPED_BYTES } from '#protocols/identity/v1/passkey.ts'
import { signed, testAuthor } from './author.ts'

export interface IdentityVectors {
  readonly requests: readonly { readonly name: string; readonly hex: string; readonly expect: 'ok' | 'bad-body' }[]
  readonly wraps: readonly {
    readonly name: string
    readonly output: string
    readonly key: string
    readonly wrapped: string
    readonly expect: 'ok' | 'bad-seal'
    readonly seed?: string
  }[]
  readonly moves: readonly {
    readonly name: string
    readonly passphrase: string
    readonly hex: string
    readonly expect: 'ok' | 'bad-form' | 'bad-passphrase' | 'bad-body'
    /** Of what lies inside. */
    readonly belongings?: string
  }[]
}

const fan = testAuthor(1)
const community = testAuthor(0).publicKey
const hex = (bytes: Uint8Array): string => asText(bytes, 'hex')
const many = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)

/** Seed of `testAuthor(1)` is not needed: any 32 bytes travel. */
export const SAMPLE: Belongings = {
  seed: many(32, 0x5e),
  name: 'Lena',
  handles: [{ community, handle: 'lena_3' }],
  follows: [community, many(32, 0x21)],
  promises: [{ community, index: 7, ack: many(120, 0xac), about: 'Tip for a song', at: 1_700_000_000_000 }],
  receipts: [{ community, index: 7, proof: '{"index":7}' }],
}

const PASSPHRASE = 'seven swans a-swimming'
const salt = many(16, 0x5a)
const nonce = many(12, 0x0c)

/** Small cost: the vectors are about bytes. */
const LOG_N = 10

function seal(plain: Uint8Array, passphrase = PASSPHRASE): Uint8Array {
  const key = scrypt(new TextEncoder().encode(passphrase.normalize('NFKC')), salt, {
    N: 2 ** LOG_N,
    r: 8,
    p: 1,
    dkLen: 32,
  })
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(MOVE_MAGIC)
  return Uint8Array.from(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
}
const file = (plain: Uint8Array, change: object = {}): string =>
  hex(encodeMove({ logN: LOG_N, salt, nonce, sealed: seal(plain), ...change }))

const request = (type: string, body: unknown): string =>
  hex(signed(fan, { type, community, seq: 1, at: 1_700_000_000_000, body }))

function pushRequests(): IdentityVectors['requests'] {
  const endpoint = 'https://push.example/send/abc?v=1'
  const asked = { endpoint, p256dh: Uint8Array.of(4, ...many(64, 9)), auth: many(16, 8), kinds: ['mention'], name: '' }
  const all = ['mention', 'release', 'event', 'appeal', 'money']
  const subscribe = (change: object): string => request('push/subscribe', { ...asked, ...change })
  return [
    { name: 'a browser', hex: subscribe({}), expect: 'ok' },
    { name: 'a browser for everything', hex: subscribe({ kinds: all, name: 'Lena' }), expect: 'ok' },
    { name: 'a browser for nothing', hex: subscribe({ kinds: [] }), expect: 'ok' },
    { name: 'a browser that stops', hex: request('push/unsubscribe', { endpoint }), expect: 'ok' },
    { name: 'a kind of no version', hex: subscribe({ kinds: ['weather'] }), expect: 'bad-body' },
    { name: 'more kinds than there are', hex: subscribe({ kinds: [...all, 'money'] }), expect: 'bad-body' },
    { name: 'a point that is compressed', hex: subscribe({ p256dh: many(65, 2) }), expect: 'bad-body' },
    { name: 'a secret too short', hex: subscribe({ auth: many(15, 8) }), expect: 'bad-body' },
    ...[
      ['without TLS', 'http://push.example/send'],
      ['at another port', 'https://push.example:8443/send'],
      ['by number', 'https://[2001:db8::1]/send'],
      ['with a user', 'https://me@push.example/send'],
      ['of two lines', 'https://push.example/a\nb'],
      ['too long', `https://push.example/${'a'.repeat(1_004)}`],
    ].map(([name, bad]) => ({
      name: `an address ${name}`,
      hex: subscribe({ endpoint: bad }),
      expect: 'bad-body' as const,
    })),
  ]
}

/** `wrap` closes a seed as the spec says; given by the caller, who has HKDF. */
export function identityVectors(
  wrap: (seed: Uint8Array, output: Uint8Array, nonce: Uint8Array) => Uint8Array,
): IdentityVectors {
  const add = { challenge: many(32, 1), credential: many(16, 2), wrapped: many(WRAPPED_BYTES, 3), label: 'My phone' }
  const seed = SAMPLE.seed
  const output = many(32, 0x70)
  const wrapped = wrap(seed, output, nonce)
  const damaged = wrapped.slice()
  damaged[20] = damaged[20]! ^ 1
  const inner = encodeBelongings(SAMPLE)
  const good = file(inner)
  const wraps = { output: hex(output), key: hex(fan.publicKey), wrapped: hex(wrapped) }
  return {
    requests: [
      { name: 'a passkey', hex: request('passkey/add', add), expect: 'ok' },
      { name: 'the list', hex: request('passkey/list', {}), expect: 'ok' },
      { name: 'a removal', hex: request('passkey/remove', { credential: many(1_023, 2) }), expect: 'ok' },
      { name: 'a seed that is not closed', hex: request('passkey/add', { ...add, wrapped: seed }), expect: 'bad-body' },
      {
        name: 'a credential of no bytes',
        hex: request('passkey/remove', { credential: many(0, 0) }),
        expect: 'bad-body',
      },
      {
        name: 'a credential too long',
        hex: request('passkey/remove', { credential: many(1_024, 2) }),
        expect: 'bad-body',
      },
      { name: 'a label of two lines', hex: request('passkey/add', { ...add, label: 'a\nb' }), expect: 'bad-body' },
      { name: 'a list of somebody', hex: request('passkey/list', { key: community }), expect: 'bad-body' },
      ...pushRequests(),
    ],
    wraps: [
      { name: 'a closed seed', ...wraps, expect: 'ok', seed: hex(seed) },
      { name: 'for another key', ...wraps, key: hex(community), expect: 'bad-seal' },
      { name: 'of another authenticator', ...wraps, output: hex(many(32, 0x71)), expect: 'bad-seal' },
      { name: 'changed', ...wraps, wrapped: hex(damaged), expect: 'bad-seal' },
    ],
    moves: [
      { name: 'all of somebody', passphrase: PASSPHRASE, hex: good, expect: 'ok', belongings: hex(inner) },
      { name: 'another passphrase', passphrase: 'six geese a-laying', hex: good, expect: 'bad-passphrase' },
      { name: 'cut', passphrase: PASSPHRASE, hex: good.slice(0, -2), expect: 'bad-form' },
      { name: 'another file', passphrase: PASSPHRASE, hex: hex(encode({ move: 1 })), expect: 'bad-form' },
      { name: 'a cost of 2^19', passphrase: PASSPHRASE, hex: file(inner, { logN: 19 }), expect: 'bad-form' },
      { name: 'nothing inside', passphrase: PASSPHRASE, hex: file(encode({})), expect: 'bad-body' },
      {
        name: 'a handle in capitals',
        passphrase: PASSPHRASE,
        hex: file(encodeBelongings({ ...SAMPLE, handles: [{ community, handle: 'Lena' }] })),
        expect: 'bad-body',
      },
    ],
  }
}
