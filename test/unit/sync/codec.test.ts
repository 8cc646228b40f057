import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { type Answer, decodeAnswer, decodeRequest, encodeMessage, type Request } from '#protocols/sync/v1/codec.ts'
import { IDS_MAX, RANGES_MAX } from '#protocols/sync/v1/constants.ts'
import type { Range } from '#protocols/sync/v1/ranges.ts'
import { takeSnapshot } from '#src/engagement/reconcile/snapshot.ts'
import { sha256 } from '#test/support/sim-set.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const key = bytes(32)
const uint = fc.maxSafeNat()

const ranges: fc.Arbitrary<Range[]> = fc
  .tuple(
    fc.uniqueArray(
      fc.nat(2 ** 45).map(at => at + 1),
      { maxLength: 12 },
    ),
    fc.array(fc.tuple(fc.uint8Array({ maxLength: 32 }), fc.constantFrom('skip', 'fingerprint', 'ids'), key), {
      minLength: 13,
      maxLength: 13,
    }),
    fc.boolean(),
  )
  .map(([times, contents, toEnd]) => {
    const bounds = [...times].sort((a, b) => a - b)
    const out: Range[] = []
    for (const [index, [prefix, mode, id]] of contents.entries()) {
      const at = bounds[index]
      if (at === undefined && !toEnd) break
      const upper = at === undefined ? null : { at, prefix }
      const last = at === undefined || (!toEnd && index === bounds.length - 1)
      if (mode === 'skip' && (last || out.at(-1)?.mode === 'skip')) out.push({ upper, mode: 'ids', ids: [id] })
      else if (mode === 'skip') out.push({ upper, mode: 'skip' })
      else if (mode === 'ids') out.push({ upper, mode: 'ids', ids: [id, id] })
      else out.push({ upper, mode: 'fingerprint', fingerprint: id.slice(0, 16) })
      if (last) break
    }
    return out
  })
const events = fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 5 })

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ t: fc.constant('open' as const), community: key, fingerprint: bytes(16) }),
  fc.record({ t: fc.constant('authors' as const), authors: fc.array(fc.tuple(key, uint), { minLength: 1 }) }),
  fc.record({ t: fc.constant('ids' as const), ids: fc.array(key, { minLength: 1 }) }),
  fc.record({ t: fc.constant('push' as const), events }),
  fc.record({ t: fc.constant('reconcile' as const), ranges }),
  fc.record({ t: fc.constant('log' as const), community: key, from: uint }),
)
const code = fc.constantFrom('unknown-community', 'no-log', 'busy', 'bad-message', 'out-of-order', 'internal')
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ t: fc.constant('same' as const) }),
  fc.record({ t: fc.constant('vector' as const), authors: fc.option(fc.array(fc.tuple(key, uint, uint))) }),
  fc.record({ t: fc.constant('events' as const), events, next: fc.option(fc.tuple(fc.nat(4_000), uint)) }),
  fc.record({ t: fc.constant('stored' as const), stored: fc.nat(2_048), refused: fc.nat(2_048) }),
  fc.record({ t: fc.constant('ranges' as const), ranges, have: fc.array(key), need: fc.array(key) }),
  fc.record({
    t: fc.constant('entries' as const),
    entries: events,
    checkpoint: fc.constant('stage.example/log\n3\nAAAA\n'),
    consistency: fc.array(key, { maxLength: 5 }),
    more: fc.boolean(),
  }),
  fc.record({ t: fc.constant('error' as const), code, message: fc.constant('Ask later.') }) as fc.Arbitrary<Answer>,
)

describe('sync messages', () => {
  it('come back equal, in their only encoding', () => {
    fc.assert(
      fc.property(request, message => {
        const decoded = decodeRequest(encodeMessage(message))
        expect(decoded).toEqual({ ok: true, value: message })
      }),
    )
    fc.assert(
      fc.property(answer, message => {
        const decoded = decodeAnswer(encodeMessage(message))
        expect(decoded).toEqual({ ok: true, value: message })
      }),
    )
  })

  it('are refused when cut short or followed by anything', () => {
    fc.assert(
      fc.property(fc.oneof(request, answer), fc.nat(), (message, cut) => {
        const whole = encodeMessage(message)
        const decode = (input: Uint8Array) => decodeRequest(input).ok || decodeAnswer(input).ok
        expect(decode(whole.slice(0, cut % whole.length))).toBe(false)
        expect(decode(Uint8Array.from([...whole, 0]))).toBe(false)
      }),
    )
  })

  it('never throw on mutated bytes', () => {
    fc.assert(
      fc.property(fc.oneof(request, answer), fc.nat(), fc.nat(255), (message, at, value) => {
        const whole = encodeMessage(message)
        whole[at % whole.length] = value
        decodeRequest(whole)
        decodeAnswer(whole)
      }),
      { numRuns: 2_000 },
    )
  })

  it('are refused above their limits', () => {
    const id = new Uint8Array(32)
    const many = Array.from({ length: RANGES_MAX + 1 }, (_, at) => [1, new Uint8Array(0), at % 2 ? null : [id]])
    expect(decodeRequest(encode({ t: 'reconcile', ranges: many }))).toMatchObject({ error: { code: 'wrong-shape' } })
    const ids = Array.from({ length: IDS_MAX + 1 }, () => id)
    expect(decodeRequest(encode({ t: 'ids', ids }))).toMatchObject({ error: { code: 'wrong-shape' } })
    const split = [
      [1, new Uint8Array(0), ids.slice(1)],
      [1, new Uint8Array(0), [id]],
    ]
    expect(decodeRequest(encode({ t: 'reconcile', ranges: split }))).toMatchObject({ error: { code: 'wrong-shape' } })
  })
})

interface Vectors {
  readonly valid: { name: string; side: 'request' | 'answer'; hex: string }[]
  readonly invalid: { name: string; side: 'request' | 'answer'; hex: string; code: string }[]
  readonly fingerprints: { name: string; ids: string[]; fingerprint: string }[]
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../../protocols/sync/v1/vectors.json', import.meta.url), 'utf8'),
)
const decodeSide = (side: 'request' | 'answer', input: Uint8Array) =>
  side === 'request' ? decodeRequest(input) : decodeAnswer(input)

describe('sync vectors', () => {
  it.each(vectors.valid)('$name is read and written back to the same bytes', ({ side, hex: text }) => {
    const decoded = decodeSide(side, fromHex(text))
    expect(decoded.ok && hex(encodeMessage(decoded.value))).toBe(text)
  })

  it.each(vectors.invalid)('$name is refused as $code', ({ side, hex: text, code }) => {
    expect(decodeSide(side, fromHex(text))).toMatchObject({ ok: false, error: { code } })
  })
})

/** The definition of the spec, in big integers, beside the packed sums of the snapshot. */
function specFingerprint(ids: readonly string[]): string {
  const sum = ids.reduce((total, id) => total + BigInt(`0x${id}`), 0n) % (1n << 256n)
  const count = ids.length.toString(16).padStart(16, '0')
  return hex(sha256.sha256(fromHex(sum.toString(16).padStart(64, '0') + count))).slice(0, 32)
}

describe('fingerprints', () => {
  it.each(vectors.fingerprints)('$name matches the spec', ({ ids, fingerprint }) => {
    expect(specFingerprint(ids)).toBe(fingerprint)
    const keys = ids.map((id, at) => ({ at, id: fromHex(id) }))
    expect(hex(takeSnapshot(keys, sha256).fingerprint(0, ids.length))).toBe(fingerprint)
  })

  it('of any part of a snapshot match the spec', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), fc.nat(40), fc.nat(40), (ids, one, other) => {
        const snapshot = takeSnapshot(
          ids.map((id, at) => ({ at, id })),
          sha256,
        )
        const [from, to] = [one, other].map(at => Math.min(at, ids.length)).sort((a, b) => a - b) as [number, number]
        expect(hex(snapshot.fingerprint(from, to))).toBe(specFingerprint(ids.slice(from, to).map(hex)))
      }),
    )
  })

  it('are the same whether keys come at once or one after another', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.nat(20), fc.nat(50)), { selector: String }), fc.nat(30), (drafts, cut) => {
        const keys = drafts.map(([at, n]) => ({ at, id: fromHex(specFingerprint([n.toString(16)]).repeat(2)) }))
        const sorted = (list: typeof keys) => list.toSorted((a, b) => a.at - b.at || Buffer.compare(a.id, b.id))
        const [early, late] = [keys.slice(0, cut), keys.slice(cut)]
        const grown = takeSnapshot(sorted(early), sha256).withKeys(late)
        const whole = takeSnapshot(sorted(keys), sha256)
        const ids = (of: typeof whole | null) =>
          Array.from({ length: of?.size ?? 0 }, (_, at) => hex(of?.id(at) as Uint8Array))
        expect(ids(grown)).toEqual(ids(whole))
        for (const key of keys.slice(0, 1)) expect(whole.withKeys([key])).toBeNull()
      }),
    )
  })

  it('refuse keys that are out of order or twice there', () => {
    const id = new Uint8Array(32)
    for (const at of [1, 0]) {
      const keys = [
        { at: 1, id },
        { at, id },
      ]
      expect(() => takeSnapshot(keys, sha256)).toThrow('not in reconciliation order')
    }
  })
})
