import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterHaircut, haircutOf } from '#src/kernel/haircut.ts'
import { findRoute, HOPS_MAX, type RouteLine } from '#src/value/route.ts'

const line = (from: string, by: string, haircut = 0, headroom = 1_000n): RouteLine => ({ from, by, haircut, headroom })
const A_TO_B = { from: 'a', to: 'b' }

describe('a haircut', () => {
  it('never takes more than its share, and leaves something of anything', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 64n }), fc.nat(9_999), (amount, rate) => {
        const kept = haircutOf(amount, rate)
        expect(kept * 10_000n <= amount * BigInt(rate)).toBe(true)
        expect((kept + 1n) * 10_000n > amount * BigInt(rate)).toBe(true)
        expect(afterHaircut(amount, rate) > 0n).toBe(true)
        expect(afterHaircut(amount + 1n, rate) >= afterHaircut(amount, rate)).toBe(true)
      }),
    )
  })
})

describe('a route', () => {
  it('is the direct line when there is one without a haircut', () => {
    expect(findRoute([line('a', 'b'), line('a', 'c'), line('c', 'b')], A_TO_B, 100n)).toEqual({
      path: ['b'],
      arrives: 100n,
    })
  })

  it('goes around where more arrives', () => {
    const lines = [line('a', 'b', 500), line('a', 'c', 100), line('c', 'b', 100)]
    expect(findRoute(lines, A_TO_B, 10_000n)).toBeNull()
    const wide = lines.map(one => ({ ...one, headroom: 10_000n }))
    expect(findRoute(wide, A_TO_B, 10_000n)).toEqual({ path: ['c', 'b'], arrives: 9_801n })
  })

  it('takes the path with the smaller keys among equals', () => {
    const lines = [line('a', 'd'), line('d', 'b'), line('a', 'c'), line('c', 'b')]
    expect(findRoute(lines, A_TO_B, 1n)?.path).toEqual(['c', 'b'])
    expect(findRoute(lines.reverse(), A_TO_B, 1n)?.path).toEqual(['c', 'b'])
  })

  it('has at most four hops', () => {
    const chain = (names: string) => [...names].slice(1).map((by, at) => line(names[at] as string, by))
    expect(findRoute(chain('awxyb'), A_TO_B, 1n)?.path).toEqual(['w', 'x', 'y', 'b'])
    expect(findRoute(chain('avwxyb'), A_TO_B, 1n)).toBeNull()
  })

  it('follows lines the way they are granted, and never for nothing', () => {
    expect(findRoute([line('b', 'a')], A_TO_B, 1n)).toBeNull()
    expect(findRoute([line('a', 'b')], A_TO_B, 0n)).toBeNull()
    expect(findRoute([line('a', 'b')], { from: 'a', to: 'a' }, 1n)).toBeNull()
  })

  it('is never worse than one found by trying all, and is a path of open lines', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const name = fc.constantFrom(...names)
    const lines = fc.array(
      fc.record({
        from: name,
        by: name,
        haircut: fc.constantFrom(0, 1, 50, 5_000, 9_999),
        headroom: fc.bigInt({ min: 0n, max: 200n }),
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(lines, fc.bigInt({ min: 1n, max: 200n }), (given, amount) => {
        const open = given.filter(({ headroom }) => headroom >= amount)
        let best: { arrives: bigint; hops: number } | null = null
        const walk = (at: string, seen: readonly string[], arrives: bigint): void => {
          if (at === 'b') {
            const hops = seen.length - 1
            if (best === null || arrives > best.arrives || (arrives === best.arrives && hops < best.hops))
              best = { arrives, hops }
          } else if (seen.length <= HOPS_MAX)
            for (const { from, by, haircut } of open)
              if (from === at && !seen.includes(by)) walk(by, [...seen, by], afterHaircut(arrives, haircut))
        }
        walk('a', ['a'], amount)
        const found = findRoute(given, A_TO_B, amount)
        expect(found === null ? null : { arrives: found.arrives, hops: found.path.length }).toEqual(best)
        if (found === null) return
        expect(new Set(['a', ...found.path]).size).toBe(found.path.length + 1)
        const steps = found.path.map((by, at) => [found.path[at - 1] ?? 'a', by])
        for (const [from, by] of steps) expect(open.some(one => one.from === from && one.by === by)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
