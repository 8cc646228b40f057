import { expect, test } from 'vitest'
import { measure, pickRendition } from '#web/player/pick.ts'

const LADDER = [160_000, 48_000, 96_000].map(bitsPerSecond => ({ bitsPerSecond }))

test('before anything was measured the smallest rendition starts', () => {
  expect(LADDER[pickRendition(LADDER, null, false)]?.bitsPerSecond).toBe(48_000)
})

test('the best rendition that leaves room for the buffer to grow is played', () => {
  expect(LADDER[pickRendition(LADDER, 10_000_000, false)]?.bitsPerSecond).toBe(160_000)
  expect(LADDER[pickRendition(LADDER, 200_000, false)]?.bitsPerSecond).toBe(96_000)
  expect(LADDER[pickRendition(LADDER, 30_000, false)]?.bitsPerSecond).toBe(48_000)
})

test('saving data always plays the smallest', () => {
  expect(LADDER[pickRendition(LADDER, 10_000_000, true)]?.bitsPerSecond).toBe(48_000)
})

test('the measurement follows a change without jumping to it', () => {
  const first = measure(null, 125_000, 1_000)
  expect(first).toBe(1_000_000)
  const slower = measure(first, 12_500, 1_000)
  expect(slower).toBeGreaterThan(100_000)
  expect(slower).toBeLessThan(first)
})
