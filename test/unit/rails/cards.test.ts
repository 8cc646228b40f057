import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type { CardDesk } from '#node/rails/codes/card-desk.ts'
import { createCardVault } from '#node/rails/codes/vault.ts'
import { checkCard } from '#src/value/check-card.ts'
import { cardsWorld } from '#test/support/cards-world.ts'

const DAY_MS = 86_400_000
let world: ReturnType<typeof cardsWorld>
let cards: CardDesk
beforeEach(() => {
  world = cardsWorld()
  cards = world.open()
})
afterEach(() => world.close())

const request = () => ({ label: '', count: 20, amount: 500n, code: 'EUR', scale: 2, expiry: world.now + DAY_MS })
const code = (typed: string): string => {
  const found = cards.check(typed)
  return found.ok ? found.value.state : found.error.code
}

describe('a batch of cards', () => {
  it('is told by what is typed, in whatever case and spacing, and only good ones are', async () => {
    const { batch } = await cards.issue(request())
    const printed = await cards.print(batch)
    expect(printed).toHaveLength(20)
    expect(new Set(printed.map(({ text }) => text)).size).toBe(20)
    const { text = '', serial } = printed[13] ?? {}
    expect(code(text)).toBe('good')
    expect(code(text.toLowerCase().replaceAll('-', '  '))).toBe('good')
    world.use(batch, serial ?? 0)
    expect(code(text)).toBe('code-used')
    expect(await cards.print(batch)).toHaveLength(19)
  })

  it('has no card that somebody made up, mistyped, or read from another community', async () => {
    const { batch } = await cards.issue(request())
    const [first] = await cards.print(batch)
    const stranger = cardsWorld(2)
    const elsewhere = stranger.open()
    const theirs = await elsewhere.print((await elsewhere.issue(request())).batch)
    expect(code(theirs[0]?.text ?? '')).toBe('code-unknown')
    const text = first?.text ?? ''
    for (const at of [0, 8, 20, 38]) {
      const other = text[at] === '7' ? '8' : '7'
      expect(code(text.slice(0, at) + other + text.slice(at + 1))).toBe('code-mistyped')
    }
    for (const odd of ['', 'hello', text.slice(0, -1), `${text}7`, 'U'.repeat(32), 'x'.repeat(5_000)])
      expect(code(odd)).toBe('code-mistyped')
    stranger.close()
  })

  it('can be taken back card by card, and whole; what was redeemed stays redeemed', async () => {
    const { batch } = await cards.issue(request())
    const texts = (await cards.print(batch)).map(({ text }) => text)
    world.use(batch, 3)
    expect(await cards.revoke(batch, [5, 4, 5])).toBe(2)
    expect(code(texts[4] ?? '')).toBe('code-revoked')
    await expect(cards.revoke(batch, [3])).rejects.toThrow('nothing was revoked')
    await expect(cards.revoke(batch, [99])).rejects.toThrow('not there')
    expect(await cards.revoke(batch, [])).toBe(17)
    expect(code(texts[3] ?? '')).toBe('code-used')
    await expect(cards.revoke(batch, [])).rejects.toThrow('No card of this batch is left')
  })

  it('runs out', async () => {
    const { batch } = await cards.issue(request())
    const [first] = await cards.print(batch)
    world.now += DAY_MS + 1
    expect(code(first?.text ?? '')).toBe('code-expired')
    expect(await cards.print(batch)).toEqual([])
    await expect(cards.issue(request())).resolves.toMatchObject({ amount: 500n })
    await expect(cards.issue({ ...request(), expiry: world.now })).rejects.toThrow('run out before they are printed')
  })

  it('keeps its cards whenever the power goes, and is worth something only when the log has it', async () => {
    world.fails = 'before'
    await expect(cards.issue(request())).rejects.toThrow('the power went')
    const [half] = cards.list()
    expect(half?.entry).toBeNull()
    await expect(cards.print(half?.batch ?? new Uint8Array())).rejects.toThrow('not in the log yet')
    world.fails = 'after'
    await expect(cards.enter(half?.batch ?? new Uint8Array())).rejects.toThrow('the power went')
    world.fails = null
    cards = world.open()
    expect(cards.list()[0]?.entry).toBe(0)
    expect(await cards.print(half?.batch ?? new Uint8Array())).toHaveLength(20)
    await cards.enter(half?.batch ?? new Uint8Array())
    expect(world.batches.size).toBe(1)
  })

  it('cannot be printed again when its secrets are forgotten, and still works', async () => {
    const { batch } = await cards.issue(request())
    const [first] = await cards.print(batch)
    expect(await cards.forget(batch)).toBe(true)
    await expect(cards.print(batch)).rejects.toThrow('nobody can print them again')
    expect(code(first?.text ?? '')).toBe('good')
  })

  it.each([0, -1, 1_025, 1.5])('has no count of %d', async count => {
    await expect(cards.issue({ ...request(), count })).rejects.toThrow('1 to 1024 cards')
  })
  it.each([0n, -5n])('is not of cards of %d', async amount => {
    await expect(cards.issue({ ...request(), amount })).rejects.toThrow('more than zero')
  })
})

describe('a card file', () => {
  it('is checked without any network: signature, place, age, community', async () => {
    const { batch } = await cards.issue(request())
    const [, second, third] = await cards.print(batch)
    if (second === undefined || third === undefined) throw new Error('no cards')
    const judge = (file: typeof second.file, from: Uint8Array | null = null, now = world.now) => {
      const checked = checkCard({ hasher, verifier }, file, now, from)
      return checked.ok ? checked.value.serial : checked.error.code
    }
    expect(judge(second.file)).toBe(1)
    expect(judge(second.file, world.own)).toBe(1)
    expect(judge(second.file, new Uint8Array(32))).toBe('wrong-community')
    expect(judge(second.file, null, world.now + DAY_MS + 1)).toBe('code-expired')
    expect(judge({ ...second.file, serial: 2 })).toBe('code-unknown')
    expect(judge({ ...second.file, secret: third.file.secret })).toBe('code-unknown')
    expect(judge({ ...second.file, path: second.file.path.slice(1) })).toBe('code-unknown')
    const envelope = Uint8Array.from(second.file.envelope)
    envelope[envelope.length - 1] = (envelope.at(-1) ?? 0) ^ 1
    expect(judge({ ...second.file, envelope })).toBe('code-unknown')
  })

  it('proves every card of a batch of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), async count => {
        const { batch } = await cards.issue({ ...request(), count })
        for (const { file } of await cards.print(batch))
          if (!checkCard({ hasher, verifier }, file, world.now).ok) expect.fail(`card ${file.serial} of ${count}`)
      }),
      { numRuns: 12 },
    )
  })
})

it('keeps secrets in a file that only its owner can read, and never writes over one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-vault-'))
  const vault = createCardVault(join(folder, 'cards'))
  const batch = new Uint8Array(32).fill(5)
  const secrets = [1, 2, 3].map(n => new Uint8Array(10).fill(n))
  expect(await vault.read(batch)).toBeNull()
  await vault.keep(batch, secrets)
  await vault.keep(batch, [new Uint8Array(10)])
  expect(await vault.read(batch)).toEqual(secrets)
  expect((await stat(join(folder, 'cards', '05'.repeat(32)))).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'cards'))).mode & 0o777).toBe(0o700)
  expect(await vault.forget(batch)).toBe(true)
  expect(await vault.forget(batch)).toBe(false)
  expect(await vault.read(batch)).toBeNull()
  await rm(folder, { recursive: true })
})
