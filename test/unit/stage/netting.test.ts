import { afterEach, expect, it } from 'vitest'
import { createStruckOut } from '#node/stage/settling/struck-out.ts'
import { createNettingBook } from '#node/store/desk/netting-book.ts'
import { decodeNetting, encodeNetting } from '#protocols/value/v1/netting.ts'
import { type NettingSide, nettingWorld } from '#test/support/netting-world.ts'

let world: ReturnType<typeof nettingWorld>
afterEach(() => world.close())

const open = (debts: readonly bigint[], policy?: 'off' | 'ask' | 'agree'): [NettingSide, NettingSide, NettingSide] => {
  world = nettingWorld(debts, policy)
  return world.sides as [NettingSide, NettingSide, NettingSide]
}
const states = (): unknown[] => world.sides.map(side => side.nettings.list()[0]?.state)
const entered = (): number[] => world.sides.map(side => side.entered.length)

it('cancels a circle of debts in all logs at once, when all are willing', async () => {
  const [first] = open([70n, 50n, 60n])
  const row = await first.nettings.propose(world.asset)
  expect(row).toMatchObject({ state: 'entered', entry: 1 })
  expect(states()).toEqual(['entered', 'entered', 'entered'])
  expect(world.owed()).toEqual([20n, 0n, 10n])
})

it('asks people where they want to be asked; nothing moves before the last one accepts', async () => {
  const [first, second, third] = open([70n, 50n, 60n], 'ask')
  const { id } = await first.nettings.propose(world.asset)
  expect(states()).toEqual(['signed', 'asked', 'asked'])
  await second.nettings.accept(id)
  expect(entered()).toEqual([0, 0, 0])
  await third.nettings.accept(id)
  expect(states()).toEqual(['entered', 'entered', 'entered'])
  expect(world.owed()).toEqual([20n, 0n, 10n])
})

it('moves nothing when one refuses, and says who', async () => {
  const [first, second, third] = open([70n, 50n, 60n], 'ask')
  const { id } = await first.nettings.propose(world.asset)
  second.nettings.refuse(id)
  await third.nettings.accept(id)
  await first.nettings.resume()
  expect(states()).toEqual(['refused', 'refused', 'refused'])
  expect(first.nettings.list()[0]?.said).toBe('Community 1 answers: The people of this community did not agree.')
  expect(entered()).toEqual([0, 0, 0])
  await expect(second.nettings.accept(id)).rejects.toThrow('refused or ran out')
})

it('moves nothing when time runs out before everybody signed', async () => {
  const [first, second, third] = open([70n, 50n, 60n], 'ask')
  const { id } = await first.nettings.propose(world.asset, 1_000)
  await second.nettings.accept(id)
  world.now += 1_001
  await expect(third.nettings.accept(id)).rejects.toThrow('nobody signs this netting any more')
  world.now += 25 * 3600_000
  expect(states()).toEqual(['expired', 'expired', 'expired'])
  expect(entered()).toEqual([0, 0, 0])
})

it('is entered everywhere in the end, whoever was away or restarted when the last signature came', async () => {
  const [first, second, third] = open([70n, 50n, 60n], 'ask')
  const { id } = await first.nettings.propose(world.asset)
  await second.nettings.accept(id)
  first.online = false
  // The third signs and hears the second's signature; the first, who proposed, is away.
  await third.nettings.accept(id)
  first.restart()
  second.restart()
  first.online = true
  world.now += 40 * 3600_000
  await third.nettings.resume()
  await second.nettings.resume()
  expect(states()).toEqual(['entered', 'entered', 'entered'])
  expect(world.owed()).toEqual([20n, 0n, 10n])
  await third.nettings.resume()
  expect(entered()).toEqual([1, 1, 1])
})

it('comes to the same end over a wire that loses every other message', async () => {
  const [first] = open([70n, 50n, 60n])
  let count = 0
  world.lost = () => count++ % 2 === 1
  await first.nettings.propose(world.asset)
  for (let round = 0; round < 6; round++) for (const side of world.sides) await side.nettings.resume()
  expect(states()).toEqual(['entered', 'entered', 'entered'])
  expect(world.owed()).toEqual([20n, 0n, 10n])
})

it('does not promise the same debt to two nettings', async () => {
  const [first, second] = open([70n, 50n, 60n], 'ask')
  await first.nettings.propose(world.asset)
  const other = await second.nettings.propose(world.asset)
  expect(other.state).toBe('refused')
  expect(other.said).toMatch(/^Community 0 answers: A netting about the debts with Community \d is signed here/)
  await expect(first.nettings.propose(world.asset)).rejects.toThrow('No debts in EUR cancel')
})

it('signs one document at a time for a pair, and counts it as struck out until it is in the log', async () => {
  const [first, second, third] = open([70n, 50n, 60n], 'ask')
  const struck = () => createStruckOut(createNettingBook(first.db), first.key)(second.key, world.asset)
  expect(struck()).toBeNull()
  const { id, document } = await first.nettings.propose(world.asset)
  expect(first.nettings.find(id).said).toMatch(/^Signed here, not complete/)
  expect([struck(), createStruckOut(createNettingBook(first.db), first.key)(third.key, world.asset)]).toEqual([
    50n,
    -50n,
  ])
  const netting = decodeNetting(document)
  if (!netting.ok) throw new Error('nothing was proposed')
  const small = netting.value.changes.map(change => ({ ...change, amount: 1n }))
  const another = { ...netting.value, id: new Uint8Array(32).fill(9), changes: small, signatures: [null, null, null] }
  expect(await first.nettings.shown(third.key, encodeNetting(another))).toMatchObject({ error: { code: 'not-owed' } })
  await second.nettings.accept(id)
  await third.nettings.accept(id)
  expect([first.nettings.find(id).state, struck()]).toEqual(['entered', null])
})

it('signs nothing with whom it has a dispute', async () => {
  const [first, second] = open([70n, 50n, 60n])
  second.frozenWith = first.key
  const row = await first.nettings.propose(world.asset)
  expect(row.said).toBe('Community 1 answers: There is a dispute with Community 0 to settle first.')
  expect(entered()).toEqual([0, 0, 0])
})

it('says so when nothing cancels, and leaves out who is away or not willing', async () => {
  const [first, , third] = open([70n, 50n, 60n])
  third.online = false
  await expect(first.nettings.propose(world.asset)).rejects.toThrow('No debts in EUR cancel')
})

it('takes no document that others sign for it, that was changed, or that a stranger shows', async () => {
  const [first, second, third] = open([70n, 50n, 60n], 'ask')
  const { document } = await first.nettings.propose(world.asset)
  const code = async (peer: Uint8Array, bytes: Uint8Array) => {
    const answer = await second.nettings.shown(peer, bytes)
    return answer.ok ? 'ok' : answer.error.code
  }
  const forged = Uint8Array.from(document)
  forged[forged.length - 1] = 0
  expect(await code(first.key, forged)).toBe('bad-message')
  expect(await code(new Uint8Array(32).fill(9), document)).toBe('wrong-party')
  const netting = decodeNetting(document)
  if (!netting.ok) throw new Error('nothing was proposed')
  const signatures = netting.value.signatures.map(one => one ?? new Uint8Array(64).fill(7))
  expect(await code(third.key, encodeNetting({ ...netting.value, signatures }))).toBe('bad-signature')
  const more = netting.value.changes.map(change => ({ ...change, amount: change.amount + 1n }))
  expect(await code(first.key, encodeNetting({ ...netting.value, changes: more }))).toBe('bad-message')
})

it('keeps nothing that it could never sign: debts that its log does not know, or a netting without an end', async () => {
  const [first, second, third] = open([70n, 50n, 60n], 'ask')
  const { document } = await first.nettings.propose(world.asset)
  const netting = decodeNetting(document)
  if (!netting.ok) throw new Error('nothing was proposed')
  const code = async (changes: object) => {
    const bytes = encodeNetting({ ...netting.value, signatures: [null, null, null], ...changes })
    const answer = await second.nettings.shown(third.key, bytes)
    return answer.ok ? 'ok' : answer.error.code
  }
  const id = new Uint8Array(32).fill(9)
  const tooMuch = netting.value.changes.map(change => ({ ...change, amount: change.amount + 21n }))
  expect(await code({ id, changes: tooMuch })).toBe('not-owed')
  expect(await code({ id, expiry: world.now + 8 * 86_400_000 })).toBe('bad-expiry')
  expect(second.nettings.list()).toHaveLength(1)
  expect(await code({ id })).toBe('ok')
})

it('takes no part where the operator said so', async () => {
  const [first, second] = open([70n, 50n, 60n])
  second.policy = 'off'
  second.restart()
  const row = await first.nettings.propose(world.asset)
  expect(row).toMatchObject({
    state: 'refused',
    said: 'Community 1 answers: This community takes no part in nettings.',
  })
})
