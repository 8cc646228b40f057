import { ed25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEnvelope, encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { ENVELOPE_BYTES_MAX } from '#protocols/envelope/v1/constants.ts'
import { signed, testAuthor } from '#test/support/author.ts'

const fan = testAuthor(1)
const community = testAuthor(2).publicKey
const draft = {
  type: 'engagement/chat',
  community,
  seq: 1,
  at: 1_700_000_000_000,
  body: { room: 'main', name: '', text: 'hi' },
}

describe('envelope', () => {
  it('reads back what was signed, and the signature verifies over the domain and payload', () => {
    const bytes = signed(fan, draft)
    const result = decodeEnvelope(bytes)
    expect(result.ok).toBe(true)
    if (!result.ok) return
    expect(result.value).toMatchObject({ ...draft, author: fan.publicKey, bytes })
    const message = signedBytes(result.value.type, result.value.payload)
    expect(ed25519.verify(result.value.signature, message, fan.publicKey)).toBe(true)
  })

  it('does not verify under another type, so a signature cannot be moved', () => {
    const payload = encodePayload({ ...draft, author: fan.publicKey })
    const signature = fan.sign(signedBytes('engagement/chat', payload))
    expect(ed25519.verify(signature, signedBytes('value/tip', payload), fan.publicKey)).toBe(false)
  })

  it('round-trips any payload of the right form', () => {
    const anyDraft = fc.record({
      type: fc.constantFrom('engagement/chat', 'catalog/release', 'future/thing'),
      seq: fc.nat(),
      at: fc.maxSafeInteger().map(Math.abs),
      body: fc.dictionary(fc.string({ maxLength: 6 }), fc.oneof(fc.nat(), fc.string(), fc.uint8Array()), {
        maxKeys: 5,
        noNullPrototype: true,
      }),
    })
    fc.assert(
      fc.property(anyDraft, d => {
        const result = decodeEnvelope(signed(fan, { ...d, community }))
        expect(result.ok && { type: result.value.type, seq: result.value.seq, at: result.value.at }).toEqual({
          type: d.type,
          seq: d.seq,
          at: d.at,
        })
      }),
      { numRuns: 50 },
    )
  })

  it('refuses every one-byte change of form or shows it as changed content, and never throws', () => {
    const bytes = signed(fan, draft)
    for (let i = 0; i < bytes.length; i++) {
      const mutated = Uint8Array.from(bytes)
      mutated[i] = (mutated[i] ?? 0) ^ 0x01
      const result = decodeEnvelope(mutated)
      if (!result.ok) continue
      const message = signedBytes(result.value.type, result.value.payload)
      expect(ed25519.verify(result.value.signature, message, result.value.author)).toBe(false)
    }
  })

  it.each([
    ['an unknown field', { ...draft, author: fan.publicKey, extra: 1 }],
    ['a missing field', { type: draft.type, author: fan.publicKey, community, seq: 1, at: 1 }],
    ['a short author key', { ...draft, author: fan.publicKey.slice(1) }],
    ['a type with capitals', { ...draft, author: fan.publicKey, type: 'Engagement/Chat' }],
    ['a negative sequence', { ...draft, author: fan.publicKey, seq: -1 }],
  ])('refuses %s', async (_what, payload) => {
    const { encode } = await import('#protocols/codec/dag-cbor.ts')
    const result = decodeEnvelope(encodeEnvelope(encode(payload), new Uint8Array(64)))
    expect(!result.ok && result.error.code).toBe('wrong-shape')
  })

  it('refuses an envelope over the limit before decoding it', () => {
    const result = decodeEnvelope(new Uint8Array(ENVELOPE_BYTES_MAX + 1))
    expect(!result.ok && result.error.code).toBe('too-large')
  })
})
