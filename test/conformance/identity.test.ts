import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scrypt } from '@noble/hashes/scrypt.js'
import fc from 'fast-check'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { attempt } from '#protocols/codec/dag-cbor.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import {
  type Belongings,
  decodeBelongings,
  decodeMove,
  encodeBelongings,
  encodeMove,
  MOVE_MAGIC,
} from '#protocols/identity/v1/move.ts'
import { passkeyAdd, passkeyList, passkeyRemove, WRAP_INFO } from '#protocols/identity/v1/passkey.ts'
import { pushSubscribe, pushUnsubscribe } from '#protocols/identity/v1/push.ts'
import { testAuthor } from '#test/support/author.ts'
import { type IdentityVectors, identityVectors } from '#test/support/identity-vectors.ts'
import { openSeed } from '#web/fan/seed-wrap.ts'

const fan = testAuthor(1)
const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(fromString(hex, 'hex'))

/** As the spec says it, with other code than the page's. */
function wrap(seed: Uint8Array, output: Uint8Array, nonce: Uint8Array): Uint8Array {
  const key = Buffer.from(hkdfSync('sha256', output, new Uint8Array(0), WRAP_INFO, 32))
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(fan.publicKey)
  return Uint8Array.from(Buffer.concat([nonce, cipher.update(seed), cipher.final(), cipher.getAuthTag()]))
}

const file = join(import.meta.dirname, '../../protocols/identity/v1/vectors.json')
const generated = identityVectors(wrap)
if (process.env.WRITE_VECTORS !== undefined) writeFileSync(file, `${JSON.stringify(generated, null, 2)}\n`)
const published = JSON.parse(readFileSync(file, 'utf8')) as IdentityVectors

const SHAPES = {
  'passkey/add': passkeyAdd,
  'passkey/list': passkeyList,
  'passkey/remove': passkeyRemove,
  'push/subscribe': pushSubscribe,
  'push/unsubscribe': pushUnsubscribe,
}

function judgeRequest(hex: string): string {
  const envelope = decodeEnvelope(bytes(hex))
  if (!envelope.ok) return 'bad-form'
  const shape = SHAPES[envelope.value.type as keyof typeof SHAPES]
  return attempt(() => shape(envelope.value.body, 'body')).ok ? 'ok' : 'bad-body'
}

function judgeMove(hex: string, passphrase: string): string {
  const read = decodeMove(bytes(hex))
  if (!read.ok) return 'bad-form'
  const { logN, salt, nonce, sealed } = read.value
  const key = scrypt(new TextEncoder().encode(passphrase.normalize('NFKC')), salt, {
    N: 2 ** logN,
    r: 8,
    p: 1,
    dkLen: 32,
  })
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
  decipher.setAAD(MOVE_MAGIC)
  decipher.setAuthTag(sealed.subarray(-16))
  try {
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    return decodeBelongings(Uint8Array.from(plain)).ok ? 'ok' : 'bad-body'
  } catch {
    return 'bad-passphrase'
  }
}

const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const line = (max: number) => fc.string({ unit: fc.constantFrom(...'aé🎷 .-'), maxLength: max / 2 })
const anyBelongings: fc.Arbitrary<Belongings> = fc.record({
  seed: key,
  name: line(40),
  handles: fc.array(fc.record({ community: key, handle: fc.stringMatching(/^[a-z0-9_]{3,20}$/) }), { maxLength: 3 }),
  follows: fc.array(key, { maxLength: 5 }),
  promises: fc.array(
    fc.record({
      community: key,
      index: fc.nat(),
      ack: fc.uint8Array({ maxLength: 200 }),
      about: line(60),
      at: fc.nat(),
    }),
    { maxLength: 3 },
  ),
  receipts: fc.array(fc.record({ community: key, index: fc.nat(), proof: fc.json({ maxDepth: 2 }) }), { maxLength: 3 }),
})

describe('published vectors of identity version 1', () => {
  it.each(published.requests)('a request, $name: $expect', ({ hex, expect: expected }) => {
    expect(judgeRequest(hex)).toBe(expected)
  })

  it.each(published.wraps)('a seed, $name: $expect', async ({ output, key: of, wrapped, seed, expect: expected }) => {
    const opened = await openSeed(bytes(wrapped), bytes(output).buffer, bytes(of))
    expect(opened === null ? 'bad-seal' : 'ok').toBe(expected)
    if (opened !== null) expect(asText(opened, 'hex')).toBe(seed)
  })

  it.each(published.moves)('a file, $name: $expect', ({ hex, passphrase, expect: expected }) => {
    expect(judgeMove(hex, passphrase)).toBe(expected)
  })

  it('are the bytes that this version writes', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(generated)))
  })
})

describe('what a fan takes along', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyBelongings, one => {
        expect(decodeBelongings(encodeBelongings(one))).toEqual({ ok: true, value: one })
      }),
      { numRuns: 60 },
    )
  })

  it('is in a file of one form: any byte changed before the sealed part, added or cut is noticed', () => {
    const sealed = new Uint8Array(40).fill(9)
    const whole = encodeMove({ logN: 15, salt: new Uint8Array(16), nonce: new Uint8Array(12), sealed })
    expect(decodeMove(whole).ok).toBe(true)
    expect(decodeMove(Uint8Array.from([...whole, 0])).ok).toBe(false)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), at => {
        expect(decodeMove(whole.subarray(0, at)).ok).toBe(false)
      }),
    )
    fc.assert(
      fc.property(fc.nat(MOVE_MAGIC.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = whole.slice()
        damaged[at] = damaged[at]! ^ change
        expect(decodeMove(damaged).ok).toBe(false)
      }),
    )
  })
})
