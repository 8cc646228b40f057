import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Capabilities, negotiate } from '#src/identity/negotiate.ts'

const NAMES = ['sync', 'blocks', 'gossip', 'envelope', 'votes']
const range = fc.tuple(fc.nat(5), fc.nat(5)).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }))
const names = fc.uniqueArray(fc.constantFrom(...NAMES, 'events', 'media'))

const capabilities: fc.Arbitrary<Capabilities> = fc.record({
  software: fc.constantFrom('bandstand/0.1.0', 'bandstand/0.2.0', ''),
  protocols: fc.dictionary(fc.constantFrom(...NAMES), range).map(record => new Map(Object.entries(record))),
  features: names,
  requires: fc.uniqueArray(fc.constantFrom(...NAMES, 'events'), { maxLength: 2 }),
  limits: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat()).map(record => new Map(Object.entries(record))),
})

const stage = (more: Partial<Capabilities>): Capabilities => ({
  software: 'bandstand/0.1.0',
  protocols: new Map([['sync', { min: 1, max: 1 }]]),
  features: ['events'],
  requires: [],
  limits: new Map(),
  ...more,
})

const speaks = (min: number, max: number) => stage({ protocols: new Map([['sync', { min, max }]]) })

describe('negotiation', () => {
  it('gives both sides the same answer, whoever asks', () => {
    fc.assert(fc.property(capabilities, capabilities, (a, b) => void expect(negotiate(a, b)).toEqual(negotiate(b, a))))
  })

  it('agrees on a version that both speak, and on no lower one than possible', () => {
    fc.assert(
      fc.property(capabilities, capabilities, (a, b) => {
        const result = negotiate(a, b)
        if (!result.ok) return
        for (const name of NAMES) {
          const [ours, theirs] = [a.protocols.get(name), b.protocols.get(name)]
          const common = [5, 4, 3, 2, 1, 0].filter(
            v => ours && theirs && v >= ours.min && v <= ours.max && v >= theirs.min && v <= theirs.max,
          )
          expect(result.value.protocols.get(name)).toBe(common[0])
        }
      }),
    )
  })

  it('agrees exactly when every requirement of both is met', () => {
    fc.assert(
      fc.property(capabilities, capabilities, (a, b) => {
        const overlap = (name: string): boolean => {
          const [ours, theirs] = [a.protocols.get(name), b.protocols.get(name)]
          return (
            ours !== undefined &&
            theirs !== undefined &&
            Math.max(ours.min, theirs.min) <= Math.min(ours.max, theirs.max)
          )
        }
        const met = (asks: Capabilities, answers: Capabilities): boolean =>
          asks.requires.every(name => answers.features.includes(name) || overlap(name))
        expect(negotiate(a, b).ok).toBe(met(a, b) && met(b, a))
      }),
    )
  })

  it('with itself keeps everything', () => {
    fc.assert(
      fc.property(capabilities, a => {
        const result = negotiate({ ...a, requires: [] }, { ...a, requires: [] })
        expect(result).toMatchObject({ ok: true, value: { features: [...a.features].sort(), limits: a.limits } })
      }),
    )
  })

  it('takes the highest version in both ranges', () => {
    expect(negotiate(speaks(1, 3), speaks(2, 7))).toMatchObject({ value: { protocols: new Map([['sync', 3]]) } })
  })

  it('leaves a protocol out when the ranges are apart, unless somebody requires it', () => {
    expect(negotiate(speaks(1, 2), speaks(3, 4))).toMatchObject({ ok: true, value: { protocols: new Map() } })
    const strict = { ...speaks(3, 4), requires: ['sync'] }
    expect(negotiate(speaks(1, 2), strict)).toMatchObject({ ok: false, error: { code: 'no-common-version' } })
  })

  it('refuses for a missing feature, whichever side requires it, and names it', () => {
    const strict = stage({ requires: ['receipts'], software: 'bandstand/9' })
    for (const result of [negotiate(strict, stage({})), negotiate(stage({}), strict)])
      expect(result).toEqual({
        ok: false,
        error: {
          code: 'missing-feature',
          message: 'bandstand/9 requires "receipts", which bandstand/0.1.0 does not have.',
        },
      })
  })

  it('ignores features, protocols and limits that only one side knows', () => {
    const newer = stage({
      protocols: new Map([
        ['sync', { min: 1, max: 4 }],
        ['teleport', { min: 1, max: 1 }],
      ]),
      features: ['holograms', 'events'],
      limits: new Map([['hologram-bytes', 9]]),
    })
    expect(negotiate(stage({}), newer)).toMatchObject({
      value: { protocols: new Map([['sync', 1]]), features: ['events'], limits: new Map([['hologram-bytes', 9]]) },
    })
  })
})
