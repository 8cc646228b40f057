import { type Address, encodeFunctionData, type Hex, pad } from 'viem'
import { hardhat } from 'viem/chains'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Payout, payoutLeaf, payoutTree } from '#node/rails/evm/payout-tree.ts'
import {
  bytes32,
  type Chain,
  chainTime,
  connect,
  deploy,
  type Handle,
  outcome,
  waitOnChain,
} from '#test/support/chain.ts'

const SALT = bytes32('salt')

let chain: Chain
let people: Address[]
let till: Handle
let token: Handle
let batch: Hex
let payouts: Payout[]
const who = (index: number): Address => people[index] as Address
beforeAll(async () => {
  chain = connect()
  people = (await chain.getAddresses()).slice(10, 20) as Address[]
})
beforeEach(async () => {
  till = await deploy(chain, who(0), 'Till')
  token = await deploy(chain, who(0), 'PlainToken', 2)
  await fund(till, token)
  payouts = [5n, 10n, 15n, 20n, 25n].map((amount, index) => ({ payee: who(index + 1), amount }))
  batch = await till.read<Hex>('batchOf', who(0), SALT)
})

async function fund(into: Handle, of: Handle): Promise<void> {
  await of.send(who(0), 'mint', who(0), 1_000n)
  await of.send(who(0), 'approve', into.address, 1_000n)
  await into.send(who(0), 'deposit', of.address, who(0), 1_000n, pad(of.address), bytes32(''))
}
const domain = (over: { chainId?: number; till?: Hex; batch?: Hex } = {}) => ({
  chainId: hardhat.id,
  till: till.address,
  batch,
  ...over,
})
const open = async (root: Hex, total: bigint, of = token, seconds = 1_000n): Promise<Hex> =>
  till.send(who(0), 'openBatch', of.address, root, total, (await chainTime(chain)) + seconds, SALT)
const claim = (index: number, payout: Payout, proof: readonly Hex[], from = who(9)): Promise<Hex> =>
  till.send(from, 'claim', batch, BigInt(index), payout.payee, payout.amount, proof)
const at = (index: number): Payout => payouts[index] as Payout
const held = (account: Address, of = token): Promise<bigint> => of.read('balanceOf', account)

describe('a batch of payouts', () => {
  it('has the leaves that the contract computes', async () => {
    const leaf = await till.read<Hex>('leafOf', batch, 3n, at(3).payee, at(3).amount)
    expect(payoutLeaf(domain(), 3, at(3))).toBe(leaf)
  })

  it('pays every payee once, whoever sends the claim, and is then empty', async () => {
    const { root, total, proofs } = payoutTree(domain(), payouts)
    await open(root, total)
    for (const [index, payout] of payouts.entries()) {
      await claim(index, payout, proofs[index] ?? [])
      expect(await outcome(claim(index, payout, proofs[index] ?? []))).toBe('AlreadyClaimed')
      expect(await held(payout.payee)).toBe(payout.amount)
    }
    expect([await held(till.address), await till.read('owed', token.address)]).toEqual([925n, 925n])
  })

  it('pays no other amount, payee or place than its root says', async () => {
    const { root, total, proofs } = payoutTree(domain(), payouts)
    await open(root, total)
    const proof = proofs[0] ?? []
    expect(await outcome(claim(0, { ...at(0), amount: 6n }, proof))).toBe('WrongProof')
    expect(await outcome(claim(0, { ...at(0), payee: who(9) }, proof))).toBe('WrongProof')
    expect(await outcome(claim(1, at(0), proof))).toBe('WrongProof')
    expect(await outcome(claim(0, at(0), proofs[1] ?? []))).toBe('WrongProof')
    expect(await outcome(claim(0, at(0), [...proof, root]))).toBe('WrongProof')
    expect(await outcome(claim(0, at(0), Array<Hex>(33).fill(root)))).toBe('WrongProof')
    // An index beyond the place where its bit would be, with the same low bits.
    expect(await outcome(claim(256, at(0), proof))).toBe('WrongProof')
  })

  it.each([
    ['another chain', () => domain({ chainId: 1 })],
    ['another contract', () => domain({ till: who(5) })],
    ['another batch', () => domain({ batch: bytes32('another') })],
  ])('pays nothing by a tree that was made for %s', async (_name, other) => {
    const { root, total, proofs } = payoutTree(other(), payouts)
    await open(root, total)
    expect(await outcome(claim(0, at(0), proofs[0] ?? []))).toBe('WrongProof')
  })

  it('does not pay twice by being opened in two contracts', async () => {
    const { root, total, proofs } = payoutTree(domain(), payouts)
    await open(root, total)
    await claim(0, at(0), proofs[0] ?? [])
    const twin = await deploy(chain, who(0), 'Till')
    await fund(twin, token)
    await twin.send(who(0), 'openBatch', token.address, root, total, (await chainTime(chain)) + 1_000n, SALT)
    const again = twin.send(who(9), 'claim', batch, 0n, at(0).payee, at(0).amount, proofs[0] ?? [])
    expect(await outcome(again)).toBe('WrongProof')
  })

  it('never pays more than was set aside, whatever its root promises', async () => {
    const { root, proofs } = payoutTree(domain(), payouts)
    await open(root, 20n)
    await claim(2, at(2), proofs[2] ?? [])
    expect(await outcome(claim(1, at(1), proofs[1] ?? []))).toBe('BatchTooSmall')
    await claim(0, at(0), proofs[0] ?? [])
    expect(await held(till.address)).toBe(980n)
  })

  it('is opened once, with money that is there, and not after its end', async () => {
    expect(await outcome(open(bytes32('root'), 1_001n))).toBe('BalanceTooLow')
    expect(await outcome(open(bytes32('root'), 0n))).toBe('NothingToMove')
    expect(await outcome(open(bytes32('root'), 1n, token, 0n))).toBe('AlreadyExpired')
    await open(bytes32('root'), 1n)
    expect(await outcome(open(bytes32('root'), 1n))).toBe('BatchExists')
    expect(await outcome(till.send(who(1), 'claim', bytes32('none'), 0n, who(1), 1n, []))).toBe('NoSuchBatch')
  })

  it('pays until it expires, and gives the rest back from then on', async () => {
    const { root, total, proofs } = payoutTree(domain(), payouts)
    await open(root, total)
    await claim(0, at(0), proofs[0] ?? [])
    await waitOnChain(chain, 2_000)
    expect(await outcome(claim(1, at(1), proofs[1] ?? []))).toBe('AlreadyExpired')
    await till.send(who(0), 'closeBatch', batch)
    expect(await till.read('balanceOf', token.address, who(0))).toBe(995n)
  })

  it('cannot be emptied by a payee that claims again while it is paid', async () => {
    const calling = await deploy(chain, who(0), 'CallingToken')
    await fund(till, calling)
    const receiver = await deploy(chain, who(0), 'GreedyReceiver', till.address)
    payouts[0] = { payee: receiver.address, amount: 5n }
    const { root, total, proofs } = payoutTree(domain(), payouts)
    await open(root, total, calling)
    const again = { abi: till.abi, functionName: 'claim', args: [batch, 0n, receiver.address, 5n, proofs[0] ?? []] }
    await receiver.send(who(0), 'arm', encodeFunctionData(again))
    const told = encodeFunctionData({ abi: receiver.abi, functionName: 'received' })
    await calling.send(who(0), 'arm', receiver.address, told)
    await claim(0, at(0), proofs[0] ?? [])
    // The payee was called and its second claim was not served.
    expect(await calling.read('reentered')).toBe(true)
    expect(await receiver.read('reentered')).toBe(false)
    expect([await held(receiver.address, calling), await held(till.address, calling)]).toEqual([5n, 995n])
  })
})
