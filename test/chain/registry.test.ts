import { toFunctionSelector, toFunctionSignature } from 'viem'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { STAKE_ABI } from '#node/rails/evm/abi.ts'
import { decodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { charterAt, followingOn, key, registryContract, signers } from '#test/contract/registry.ts'
import { MINIMUM, openStakeWorld, type StakeWorld } from '#test/support/stake-world.ts'

registryContract('stakes on an EVM chain', openStakeWorld)

describe('stakes on an EVM chain', () => {
  let world: StakeWorld
  const clock = { nowMs: () => world.startsAt + 10_000 }
  beforeEach(async () => {
    world = await openStakeWorld()
  })
  afterEach(() => world.close())

  const members = async (epoch = 1): Promise<{ name: string; stake: number }[]> => {
    const registry = await world.open(clock)
    await registry.follow()
    const proof = registry.history()[epoch - 1]?.proof
    const charter = proof === undefined ? null : decodeSignedCharter(proof)
    return charter?.ok ? charter.value.charter.members.map(({ name, stake }) => ({ name, stake })) : []
  }

  it('are read with what the compiled contract has', () => {
    const compiled = (inject('contracts').StakeRegistry?.abi ?? []) as readonly { type: string; name?: string }[]
    for (const one of STAKE_ABI) {
      const same = compiled.find(({ name }) => name === one.name) as typeof one | undefined
      expect(same?.type).toBe('function')
      expect(toFunctionSelector(toFunctionSignature(same as typeof one))).toBe(toFunctionSelector(one))
    }
  })

  it('give every stage the same charters, without anybody handing them over', async () => {
    await world.prove(charterAt(world.startsAt))
    const registry = await world.open(clock)
    expect(await registry.follow()).toEqual({ ok: true, value: 1 })
    await world.prove(followingOn(charterAt(world.startsAt), { members: charterAt(0).members.slice(1) }))
    expect(await registry.follow()).toEqual({ ok: true, value: 2 })
    const other = await world.open(clock)
    await other.follow()
    expect(other.history()).toEqual(registry.history())
    expect(other.committee(key(0), 1).total).toBe(4)
  })

  it('count in hundredths of the least stake, rounded down', async () => {
    await world.register(0)
    await world.bond(0, MINIMUM * 2n + 9n)
    await world.register(1)
    await world.bond(1)
    await world.openEpoch()
    expect((await members()).sort((a, b) => a.stake - b.stake)).toEqual([
      { name: 'Community 1', stake: 100 },
      { name: 'Community 0', stake: 200 },
    ])
  })

  it('count for nothing where the community did not sign that the account stands for it', async () => {
    const thief = signers[3]
    if (thief === undefined) throw new Error('There is no thief.')
    await world.register(0, { by: thief })
    await world.bond(0, MINIMUM * 50n)
    await world.register(1)
    await world.bond(1)
    await world.openEpoch()
    expect(await members()).toEqual([{ name: 'Community 1', stake: 100 }])
  })

  it('pass over an epoch in which nobody is a member', async () => {
    await world.openEpoch()
    await world.register(1)
    await world.bond(1)
    await world.openEpoch()
    const registry = await world.open(clock)
    expect(await registry.follow()).toEqual({ ok: true, value: 1 })
    expect(await members()).toEqual([{ name: 'Community 1', stake: 100 }])
  })

  it('are kept on the disk, so that a stage starts and judges without its chain', async () => {
    await world.prove(charterAt(world.startsAt))
    const registry = await world.open(clock)
    await registry.follow()
    await registry.eject(key(3), Uint8Array.of(7))
    const again = await world.open(clock)
    expect(again.history()).toEqual(registry.history())
    expect(again.ejected(key(3))).toBe(true)
    expect(again.committee(key(0), 1)).toEqual(registry.committee(key(0), 1))
  })

  it('eject whom the attesters slashed', async () => {
    await world.prove(charterAt(world.startsAt))
    const registry = await world.open(clock)
    const signatures = await world.attest(0, [1, 2, 3])
    await world.registry.send(world.account(7), 'slash', world.account(0), `0x${'ee'.repeat(32)}`, signatures)
    await registry.follow()
    expect(registry.ejected(key(0))).toBe(true)
    expect(registry.committee(key(1), 1).seats).toHaveLength(3)
  })
})
