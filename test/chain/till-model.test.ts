import fc from 'fast-check'
import { type Address, type Hex, numberToHex } from 'viem'
import { hardhat } from 'viem/chains'
import { describe, expect, it } from 'vitest'
import { payoutTree } from '#node/rails/evm/payout-tree.ts'
import { type Chain, chainTime, connect, deploy, type Handle, outcome, waitOnChain } from '#test/support/chain.ts'
import { howMany, seedOf } from '#test/support/soak.ts'

const START = 500n
const PEOPLE = 3

interface Batch {
  readonly id: Hex
  readonly funder: number
  readonly payouts: { readonly payee: Address; readonly amount: bigint; readonly to: number }[]
  readonly proofs: readonly (readonly Hex[])[]
  readonly expiry: bigint
  left: bigint
  readonly claimed: Set<number>
}

/** The same till in a few lines: what everybody has outside and inside, and which batches are open. */
class Model {
  readonly outside = Array<bigint>(PEOPLE).fill(START)
  readonly inside = Array<bigint>(PEOPLE).fill(0n)
  readonly keys = new Set<string>()
  readonly batches: Batch[] = []

  sum(): bigint {
    const parts = [...this.outside, ...this.inside, ...this.batches.map(batch => batch.left)]
    return parts.reduce((sum, part) => sum + part, 0n)
  }
}

const person = fc.nat(PEOPLE - 1)
const amount = fc.bigInt(0n, START + 50n)
const step = fc.oneof(
  fc.record({ do: fc.constant('deposit' as const), from: person, to: person, amount, key: fc.nat(5) }),
  fc.record({ do: fc.constant('withdraw' as const), from: person, to: person, amount }),
  fc.record({
    do: fc.constant('open' as const),
    from: person,
    amounts: fc.array(fc.bigInt(1n, 80n), { minLength: 1, maxLength: 4 }),
    short: fc.bigInt(0n, 20n),
  }),
  fc.record({ do: fc.constant('claim' as const), batch: fc.nat(3), index: fc.nat(3), wrong: fc.boolean() }),
  fc.record({ do: fc.constant('close' as const), from: person, batch: fc.nat(3) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const add = (list: bigint[], index: number, by: bigint): void => {
  list[index] = (list[index] ?? 0n) + by
}

class World {
  readonly model = new Model()
  readonly chain: Chain
  readonly people: Address[]
  readonly till: Handle
  readonly token: Handle
  constructor(chain: Chain, people: Address[], till: Handle, token: Handle) {
    this.chain = chain
    this.people = people
    this.till = till
    this.token = token
  }

  who(index: number): Address {
    return this.people[index] as Address
  }

  /** Does it in both and says whether both agree that it may be done. */
  async take(what: Step): Promise<{ chain: string; model: boolean }> {
    if (what.do === 'deposit') return this.deposit(what)
    if (what.do === 'withdraw') return this.withdraw(what)
    if (what.do === 'open') return this.open(what)
    if (what.do === 'claim') return this.claim(what)
    if (what.do === 'close') return this.close(what)
    await waitOnChain(this.chain, what.seconds)
    return { chain: 'done', model: true }
  }

  private async deposit({ from, to, amount, key }: Extract<Step, { do: 'deposit' }>) {
    const { model } = this
    const may = amount > 0n && amount <= (model.outside[from] ?? 0n) && !model.keys.has(`${from}/${key}`)
    const word = numberToHex(key + 1, { size: 32 })
    const args = [this.token.address, this.who(to), amount, word, word]
    const result = await outcome(this.till.send(this.who(from), 'deposit', ...args))
    if (may) {
      model.keys.add(`${from}/${key}`)
      add(model.outside, from, -amount)
      add(model.inside, to, amount)
    }
    return { chain: result, model: may }
  }

  private async withdraw({ from, to, amount }: Extract<Step, { do: 'withdraw' }>) {
    const { model } = this
    const may = amount > 0n && amount <= (model.inside[from] ?? 0n)
    const result = await outcome(this.till.send(this.who(from), 'withdraw', this.token.address, this.who(to), amount))
    if (may) {
      add(model.inside, from, -amount)
      add(model.outside, to, amount)
    }
    return { chain: result, model: may }
  }

  private async open({ from, amounts, short }: Extract<Step, { do: 'open' }>) {
    const { model } = this
    const salt = numberToHex(model.batches.length + 1, { size: 32 })
    const id = await this.till.read<Hex>('batchOf', this.who(from), salt)
    const payouts = amounts.map((one, index) => ({
      payee: this.who(index % PEOPLE),
      amount: one,
      to: index % PEOPLE,
    }))
    const { root, total, proofs } = payoutTree({ chainId: hardhat.id, till: this.till.address, batch: id }, payouts)
    const set = total > short ? total - short : total
    const expiry = (await chainTime(this.chain)) + 300n
    const may = set <= (model.inside[from] ?? 0n)
    const result = await outcome(
      this.till.send(this.who(from), 'openBatch', this.token.address, root, set, expiry, salt),
    )
    if (may) {
      add(model.inside, from, -set)
      model.batches.push({ id, funder: from, payouts, proofs, expiry, left: set, claimed: new Set() })
    }
    return { chain: result, model: may }
  }

  private async claim({ batch: at, index, wrong }: Extract<Step, { do: 'claim' }>) {
    const batch = this.model.batches[at]
    const payout = batch?.payouts[index]
    if (batch === undefined || payout === undefined) return { chain: 'done', model: true }
    const now = (await chainTime(this.chain)) + 1n
    const may = !wrong && now < batch.expiry && !batch.claimed.has(index) && payout.amount <= batch.left
    const asked = wrong ? payout.amount + 1n : payout.amount
    await this.chain.setNextBlockTimestamp({ timestamp: now })
    const args = [batch.id, BigInt(index), payout.payee, asked, batch.proofs[index] ?? []]
    const result = await outcome(this.till.send(this.who(0), 'claim', ...args))
    if (may) {
      batch.claimed.add(index)
      batch.left -= payout.amount
      add(this.model.outside, payout.to, payout.amount)
    }
    return { chain: result, model: may }
  }

  private async close({ from, batch: at }: Extract<Step, { do: 'close' }>) {
    const batch = this.model.batches[at]
    if (batch === undefined) return { chain: 'done', model: true }
    const now = (await chainTime(this.chain)) + 1n
    const may = from === batch.funder && now >= batch.expiry && batch.left > 0n
    await this.chain.setNextBlockTimestamp({ timestamp: now })
    const result = await outcome(this.till.send(this.who(from), 'closeBatch', batch.id))
    if (may) {
      add(this.model.inside, from, batch.left)
      batch.left = 0n
    }
    return { chain: result, model: may }
  }

  /** Everything that can be read, beside what the model says. */
  async compare(): Promise<void> {
    const { model, till, token } = this
    for (let index = 0; index < PEOPLE; index++) {
      expect(await token.read('balanceOf', this.who(index))).toBe(model.outside[index])
      expect(await till.read('balanceOf', token.address, this.who(index))).toBe(model.inside[index])
    }
    const left = model.batches.reduce((sum, batch) => sum + batch.left, 0n)
    const inside = model.inside.reduce((sum, part) => sum + part, left)
    expect(await token.read('balanceOf', till.address)).toBe(inside)
    expect(await till.read('owed', token.address)).toBe(inside)
    expect(model.sum()).toBe(START * BigInt(PEOPLE))
  }
}

async function openWorld(): Promise<World> {
  const chain = connect()
  const people = (await chain.getAddresses()).slice(20, 20 + PEOPLE) as Address[]
  const [first] = people as [Address]
  const till = await deploy(chain, first, 'Till')
  const token = await deploy(chain, first, 'PlainToken', 2)
  for (const one of people) {
    await token.send(one, 'mint', one, START)
    await token.send(one, 'approve', till.address, START * 1_000n)
  }
  return new World(chain, people, till, token)
}

describe('the till, whatever people do in whatever order', () => {
  it('does what its model does, refuses what that refuses, and holds exactly what it owes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async steps => {
        const world = await openWorld()
        for (const one of steps) {
          const { chain, model } = await world.take(one)
          expect({ step: one, done: chain === 'done' }).toEqual({ step: one, done: model })
        }
        await world.compare()
      }),
      { numRuns: howMany('TILL_RUNS', { full: 200, share: 8 }), seed: seedOf('TILL_SEED'), endOnFailure: true },
    )
  }, 600_000)
})
