import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifier } from '#node/identity/crypto-ports.ts'
import { checkHello } from '#node/p2p/hello/check-hello.ts'
import { decodeMessage, encodeHello, encodeSignedHello, type Hello, signedBytes } from '#protocols/hello/v1/codec.ts'
import { HELLO_BYTES_MAX, NAME_PATTERN } from '#protocols/hello/v1/constants.ts'
import { type Capabilities, negotiate } from '#src/identity/negotiate.ts'
import type { negotiations } from '#test/support/hello-negotiations.ts'
import { helloVectors } from '#test/support/make-hello-vectors.ts'

type Vectors = typeof helloVectors

const file = new URL('../../../protocols/hello/v1/vectors.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const name = fc.stringMatching(NAME_PATTERN)
const plainLine = (max: number) => fc.stringMatching(/^[a-zA-Z0-9 äöü/.-]*$/).map(text => text.slice(0, max))
const range = fc.tuple(fc.nat(65_535), fc.nat(65_535)).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }))
const count = fc.nat(Number.MAX_SAFE_INTEGER)

const hello: fc.Arbitrary<Hello> = fc.record({
  key: bytes(32),
  to: bytes(32),
  nonce: bytes(16),
  reply: fc.option(bytes(16)),
  at: count,
  software: plainLine(80),
  protocols: fc.array(fc.tuple(name, range), { maxLength: 20 }).map(entries => new Map(entries)),
  features: fc.array(name, { maxLength: 20 }),
  requires: fc.array(name, { maxLength: 20 }),
  limits: fc.array(fc.tuple(name, count), { maxLength: 20 }).map(entries => new Map(entries)),
  head: fc.record({ community: bytes(32), name: plainLine(80), seq: count, logSize: count, logRoot: bytes(32) }),
})

const spoken = (said: (typeof negotiations)[number]['sides'][0]): Capabilities => ({
  software: '',
  protocols: new Map(Object.entries(said.protocols).map(([name, [min, max]]) => [name, { min, max }])),
  features: said.features,
  requires: said.requires,
  limits: new Map(Object.entries(said.limits)),
})

describe('the hello codec', () => {
  it('keeps the vectors that its generator prints', () => {
    expect(vectors).toEqual(helloVectors)
  })

  it.each(vectors.valid.map(entry => [entry.name, entry] as const))('reads %s', (_, { frame, kind }) => {
    expect(decodeMessage(unhex(frame))).toMatchObject({ ok: true, value: { kind } })
  })

  it.each(vectors.invalid.map(entry => [entry.name, entry] as const))('refuses %s', (_, { frame, code }) => {
    expect(decodeMessage(unhex(frame))).toMatchObject({ ok: false, error: { code } })
  })

  it.each(vectors.checks.map(entry => [entry.name, entry] as const))('checks: %s', (_, entry) => {
    const message = decodeMessage(unhex(entry.frame))
    if (!message.ok) return expect.unreachable(message.error.message)
    const expected = {
      remoteKey: unhex(entry.connection),
      ownKey: unhex(entry.receiver),
      reply: entry.reply === null ? null : unhex(entry.reply),
    }
    const checked = checkHello(message.value, expected, verifier)
    expect(checked.ok ? null : checked.error.code).toBe(entry.refusal)
  })

  it.each(vectors.negotiations.map(entry => [entry.name, entry] as const))('negotiates: %s', (_, entry) => {
    const [one, other] = [spoken(entry.sides[0]), spoken(entry.sides[1])]
    for (const found of [negotiate(one, other), negotiate(other, one)]) {
      expect(found.ok ? null : found.error.code).toBe(entry.refusal)
      if (!found.ok) continue
      const { protocols, features, limits } = found.value
      const agreed = { protocols: Object.fromEntries(protocols), features, limits: Object.fromEntries(limits) }
      expect(agreed).toEqual(entry.agreed)
    }
  })

  it('signs the domain and the payload, and nothing else', () => {
    const { payload, message, signature } = vectors.signing
    expect(Buffer.from(signedBytes(unhex(payload))).toString('hex')).toBe(message)
    expect(verifier.verify(unhex(vectors.keys.alice), unhex(message), unhex(signature))).toBe(true)
  })

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(hello, bytes(64), (said, signature) => {
        const frame = encodeSignedHello(encodeHello(said), signature)
        if (frame.length > HELLO_BYTES_MAX) return
        const heard = decodeMessage(frame)
        expect(heard).toMatchObject({ ok: true, value: { kind: 'hello', signature } })
        if (heard.ok && heard.value.kind === 'hello') expect(heard.value.hello).toEqual(said)
      }),
      { numRuns: 200 },
    )
  })

  it('answers every mutated frame with a value or a fault, never with an exception', () => {
    const frames = [...vectors.valid, ...vectors.invalid]
      .map(({ frame }) => unhex(frame))
      .filter(({ length }) => length > 0)
    fc.assert(
      fc.property(
        fc.constantFrom(...frames),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
        (frame, edits) => {
          const mutated = Uint8Array.from(frame)
          for (const [at, value] of edits) mutated[at % mutated.length] = value
          expect(typeof decodeMessage(mutated).ok).toBe('boolean')
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
