import fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chainTime, outcome, waitOnChain } from '#test/support/chain.ts'
import { howMany, seedOf } from '#test/support/soak.ts'
import { DELAY_S, EVIDENCE, MINIMUM, openStakeWorld, type StakeWorld } from '#test/support/stake-world.ts'

let world: StakeWorld
beforeEach(async () => {
  world = await openStakeWorld()
})
afterEach(() => world.close())

const held = (who: Address = world.registry.address): Promise<bigint> => world.token.read('balanceOf', who)
const stakeOf = (n: number, epoch: bigint): Promise<bigint> => world.registry.read('stakeOf', world.account(n), epoch)
const atStake = (n: number): Promise<bigint> => world.registry.read('atStake', world.account(n))
const send = (n: number, name: string, ...args: readonly unknown[]): Promise<Hex> =>
  world.registry.send(world.account(n), name, ...args)
const slash = (accused: number, signatures: readonly Hex[]): Promise<Hex> =>
  send(9, 'slash', world.account(accused), EVIDENCE, signatures)
/** So many communities with the least stake, in the first epoch. */
async function federation(size: number, stakes: Readonly<Record<number, bigint>> = {}): Promise<void> {
  for (let n = 0; n < size; n++) {
    await world.register(n)
    await world.bond(n, stakes[n] ?? MINIMUM)
  }
  await world.openEpoch()
}

describe('bonding', () => {
  it('counts from the next epoch that is opened, and earlier ones stay as they were', async () => {
    await federation(1)
    await world.bond(0, 5n)
    expect(await stakeOf(0, 1n)).toBe(MINIMUM)
    await world.openEpoch()
    expect([await stakeOf(0, 1n), await stakeOf(0, 2n)]).toEqual([MINIMUM, MINIMUM + 5n])
    expect(await outcome(stakeOf(0, 3n))).toBe('NoSuchEpoch')
  })

  it('takes the least stake, of an account that says whom it stands for', async () => {
    expect(await outcome(world.bond(0))).toBe('NotRegistered')
    await world.register(0)
    expect(await outcome(world.bond(0, MINIMUM - 1n))).toBe('TooLittle')
    expect(await outcome(world.bond(0, 0n))).toBe('NothingToMove')
    await world.bond(0)
    expect(await held()).toBe(MINIMUM)
  })

  it('lets nobody register twice, or take the key of another’s attester', async () => {
    await world.register(0)
    expect(await outcome(world.register(0))).toBe('AlreadyRegistered')
    expect(await outcome(world.register(1, { attester: world.attester(0) }))).toBe('AttesterTaken')
    const consent: Hex = `0x${'11'.repeat(64)}1b`
    const stolen = send(2, 'register', `0x${'22'.repeat(32)}`, world.attester(2).address, '0x', consent)
    expect(await outcome(stolen)).toBe('BadSignature')
  })
})

describe('epochs', () => {
  it('are opened by anybody, not in the past, not far ahead, and not one on top of another', async () => {
    const now = Number(await chainTime(world.chain)) * 1_000
    expect(await outcome(world.openEpoch(now - 1_000))).toBe('WrongStart')
    expect(await outcome(world.openEpoch(now + 3_700_000))).toBe('WrongStart')
    await world.openEpoch(world.startsAt)
    expect(await outcome(world.openEpoch(world.startsAt + 999))).toBe('WrongStart')
    await world.openEpoch(world.startsAt + 1_000)
    expect(await world.registry.read('epochs')).toBe(2n)
  })
})

describe('unbonding', () => {
  it('takes the stake out of the next epoch, and gives it back when the delay is over', async () => {
    await federation(1)
    await send(0, 'unbond', MINIMUM)
    expect(await outcome(send(0, 'withdraw', world.account(0)))).toBe('NotYetReleased')
    await world.openEpoch()
    expect([await stakeOf(0, 1n), await stakeOf(0, 2n)]).toEqual([MINIMUM, 0n])
    await waitOnChain(world.chain, DELAY_S)
    const before = await held(world.account(8))
    await send(0, 'withdraw', world.account(8))
    expect((await held(world.account(8))) - before).toBe(MINIMUM)
    expect(await outcome(send(0, 'withdraw', world.account(8)))).toBe('NothingToMove')
  })

  it('leaves the least stake, or none', async () => {
    await federation(1, { 0: MINIMUM * 2n })
    expect(await outcome(send(0, 'unbond', MINIMUM + 1n))).toBe('TooLittle')
    expect(await outcome(send(0, 'unbond', MINIMUM * 2n + 1n))).toBe('StakeTooLow')
    await send(0, 'unbond', MINIMUM)
    await send(0, 'unbond', MINIMUM)
  })

  it('waits again for all of it when more is unbonded, and what is free must be taken first', async () => {
    await federation(1, { 0: MINIMUM * 3n })
    await send(0, 'unbond', MINIMUM)
    await waitOnChain(world.chain, DELAY_S - 100)
    await send(0, 'unbond', MINIMUM)
    await waitOnChain(world.chain, 200)
    expect(await outcome(send(0, 'withdraw', world.account(0)))).toBe('NotYetReleased')
    await waitOnChain(world.chain, DELAY_S)
    expect(await outcome(send(0, 'unbond', MINIMUM))).toBe('WithdrawFirst')
    await send(0, 'withdraw', world.account(0))
    await send(0, 'unbond', MINIMUM)
  })
})

describe('a slash', () => {
  it('takes everything at stake once more than two thirds of the others say so, and it can never be moved again', async () => {
    await federation(5)
    await slash(0, await world.attest(0, [1, 2, 3]))
    expect([await atStake(0), await world.registry.read('forfeited'), await held()]).toEqual([
      0n,
      MINIMUM,
      MINIMUM * 5n,
    ])
    expect(await outcome(send(0, 'unbond', 1n))).toBe('StakeTooLow')
    expect(await outcome(send(0, 'withdraw', world.account(0)))).toBe('NothingToMove')
    expect(await outcome(world.bond(0))).toBe('AlreadySlashed')
    expect(await outcome(slash(0, await world.attest(0, [1, 2, 3])))).toBe('AlreadySlashed')
  })

  it('needs the quorum: two of four are too few, the accused does not count, and nobody counts twice', async () => {
    await federation(5)
    expect(await outcome(slash(0, await world.attest(0, [1, 2])))).toBe('NoQuorum')
    expect(await outcome(slash(0, await world.attest(0, [0, 1, 2])))).toBe('NotAnAttester')
    const [one, two] = await world.attest(0, [1, 2])
    expect(await outcome(slash(0, [one, two, two] as Hex[]))).toBe('NotAnAttester')
    expect(await outcome(slash(0, [two, one] as Hex[]))).toBe('NotAnAttester')
    expect(await outcome(slash(0, []))).toBe('NoQuorum')
    expect(await outcome(slash(0, await world.attest(0, [1, 2, 7])))).toBe('NotAnAttester')
    expect(await atStake(0)).toBe(MINIMUM)
  })

  it('is decided neither by the rich alone nor without them', async () => {
    await federation(8, { 1: MINIMUM * 90n })
    expect(await outcome(slash(0, await world.attest(0, [1, 2, 3, 4])))).toBe('NoQuorum')
    expect(await outcome(slash(0, await world.attest(0, [2, 3, 4, 5, 6, 7])))).toBe('NoQuorum')
    await slash(0, await world.attest(0, [1, 2, 3, 4, 5]))
    await slash(1, await world.attest(1, [2, 3, 4, 5, 6]))
    expect(await world.registry.read('forfeited')).toBe(MINIMUM * 91n)
  })

  it('needs three, also where fewer weigh enough', async () => {
    await federation(3)
    expect(await outcome(slash(0, await world.attest(0, [1, 2])))).toBe('NoQuorum')
  })

  it.each([
    ['another chain', { chainId: 1 }],
    ['another contract', { contract: `0x${'12'.repeat(20)}` as const }],
    ['another epoch', { epoch: 9n }],
  ])('takes no signatures made for %s', async (_name, over) => {
    await federation(5)
    expect(await outcome(slash(0, await world.attest(0, [1, 2, 3], over)))).toBe('NotAnAttester')
  })

  it('takes no signatures about somebody else, and none in their other form', async () => {
    await federation(5)
    expect(await outcome(slash(0, await world.attest(4, [1, 2, 3])))).toBe('NotAnAttester')
    const signatures = await world.attest(0, [1, 2, 3])
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const flipped = signatures.map(one => {
      const s = (order - BigInt(`0x${one.slice(66, 130)}`)).toString(16).padStart(64, '0')
      return `${one.slice(0, 66)}${s}${one.slice(130) === '1b' ? '1c' : '1b'}` as Hex
    })
    expect(await outcome(slash(0, flipped))).toBe('BadSignature')
    expect(await outcome(slash(0, ['0x']))).toBe('BadSignature')
  })

  it('reaches stake that is unbonding, until the delay ends and not a second longer', async () => {
    await federation(6)
    await send(0, 'unbond', MINIMUM)
    await send(1, 'unbond', MINIMUM)
    const { releaseAt } = await world.registry.read<{ releaseAt: bigint }>('memberOf', world.account(0))
    const [early, late] = [await world.attest(0, [2, 3, 4, 5]), await world.attest(1, [2, 3, 4, 5])]
    await world.chain.setNextBlockTimestamp({ timestamp: releaseAt - 1n })
    await slash(0, early)
    expect(await world.registry.read('forfeited')).toBe(MINIMUM)
    await waitOnChain(world.chain, 10)
    // The other one is free: a slash ejects it, and finds nothing.
    await slash(1, late)
    expect(await world.registry.read('forfeited')).toBe(MINIMUM)
    await send(1, 'withdraw', world.account(1))
    expect(await held()).toBe(MINIMUM * 5n)
  })

  it('is not escaped by unbonding in the block before, nor by opening an epoch without oneself', async () => {
    await federation(6)
    await send(0, 'unbond', MINIMUM)
    await world.openEpoch()
    await slash(0, await world.attest(0, [1, 2, 3, 4]))
    expect(await world.registry.read('forfeited')).toBe(MINIMUM)
  })

  it('is not signed by those who have nothing left to lose', async () => {
    await federation(6)
    for (const n of [1, 2, 3, 4]) await send(n, 'unbond', MINIMUM)
    await waitOnChain(world.chain, DELAY_S)
    expect(await outcome(slash(0, await world.attest(0, [1, 2, 3, 4])))).toBe('NotAnAttester')
    await send(1, 'withdraw', world.account(1))
    expect(await outcome(slash(0, await world.attest(0, [1, 2, 3])))).toBe('NotAnAttester')
  })
})

describe('the stake registry, whatever its members do in whatever order', () => {
  const step = fc.record({
    who: fc.nat(4),
    what: fc.constantFrom('bond', 'unbond', 'withdraw', 'slash', 'wait', 'epoch'),
    part: fc.bigInt(1n, 3n),
  })

  it('holds what is active, what is leaving and what was forfeited, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 25 }), async steps => {
        const own = await openStakeWorld()
        for (let n = 0; n < 5; n++) {
          await own.register(n)
          await own.bond(n, MINIMUM * 2n)
        }
        await own.openEpoch()
        for (const { who, what, part } of steps) {
          const by = (name: string, ...args: unknown[]) => own.registry.send(own.account(who), name, ...args)
          if (what === 'bond') await outcome(own.bond(who, MINIMUM * part))
          else if (what === 'unbond') await outcome(by('unbond', MINIMUM * part))
          else if (what === 'withdraw') await outcome(by('withdraw', own.account(who)))
          else if (what === 'wait') await waitOnChain(own.chain, DELAY_S / 2)
          else if (what === 'epoch') {
            const next = Number(await chainTime(own.chain)) * 1_000 + 2_000
            await outcome(own.openEpoch(next))
          } else {
            const others = [0, 1, 2, 3, 4].filter(n => n !== who)
            await outcome(by('slash', own.account(who), EVIDENCE, await own.attest(who, others)))
          }
        }
        const rows = await Promise.all(
          [0, 1, 2, 3, 4].map(n => own.registry.read<{ active: bigint; leaving: bigint }>('memberOf', own.account(n))),
        )
        const forfeited = await own.registry.read<bigint>('forfeited')
        const owed = rows.reduce((sum, { active, leaving }) => sum + active + leaving, forfeited)
        expect(await own.token.read('balanceOf', own.registry.address)).toBe(owed)
        await own.close()
      }),
      { numRuns: howMany('STAKE_RUNS', { full: 100, share: 5 }), seed: seedOf('STAKE_SEED'), endOnFailure: true },
    )
  }, 600_000)
})
