import { expect, it } from 'vitest'
import { comparison } from '#node/stage/desk/counterparty.ts'

const EUR = { code: 'EUR', scale: 2 }
const at = (position: bigint, held = 0n) => ({ position: position * 10_000_000n, held: held * 10_000_000n })
const said = (...args: [Parameters<typeof comparison>[2], Parameters<typeof comparison>[3], bigint?]) =>
  comparison('South', EUR, args[0], args[1], (args[2] ?? 0n) * 10_000_000n)

it('says in words how two statements compare, and whether what is on its way explains it', () => {
  expect(said(at(500n), at(500n))).toBe('Both sides say the same.')
  expect(said(at(500n), null)).toBe('South could not be asked; this is what the log here says.')
  // Delivered there, and its end has not come here yet; or delivered here, and not ended there.
  expect(said(at(500n, 20n), at(520n))).toMatch(/^South counts 0\.20 EUR more .* is on its way/)
  expect(said(at(-20n), at(0n, 20n))).toMatch(/^South counts 0\.20 EUR more .* is on its way/)
  // Signed by both, and entered at the creditor alone.
  expect(said(at(500n), at(0n), 500n)).toMatch(/^South counts 5\.00 EUR less .* is on its way/)
})

it('asks to freeze the line where nothing explains the difference', () => {
  expect(said(at(500n, 19n), at(520n))).toMatch(/^South counts 0\.20 EUR more .* freeze the line/)
  expect(said(at(500n, 900n), at(0n))).toMatch(/^South counts 5\.00 EUR less .* freeze the line/)
})
