import { type Address, encodeFunctionData, type Hex, toFunctionSelector } from 'viem'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
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

const KEY = bytes32('key')
const MEMO = bytes32('memo')

let chain: Chain
let [ana, ben, cleo]: [Address, Address, Address] = ['0x', '0x', '0x']
let till: Handle
let token: Handle
beforeAll(async () => {
  chain = connect()
  ;[ana, ben, cleo] = (await chain.getAddresses()) as [Address, Address, Address]
})
beforeEach(async () => {
  till = await deploy(chain, ana, 'Till')
  token = await deploy(chain, ana, 'PlainToken', 2)
  await fund(token)
})

async function fund(of: Handle): Promise<void> {
  await of.send(ana, 'mint', ana, 1_000n)
  await of.send(ana, 'approve', till.address, 1_000n)
}
const deposit = (key: Hex = KEY, amount = 100n, of = token, to = ben): Promise<Hex> =>
  till.send(ana, 'deposit', of.address, to, amount, key, MEMO)
const balance = (who: Address, of = token): Promise<bigint> => till.read('balanceOf', of.address, who)
const held = (of = token, who = till.address): Promise<bigint> => of.read('balanceOf', who)

describe('a deposit', () => {
  it('credits whom it is for, and leaves what was paid to be read by its key', async () => {
    await deposit()
    expect([await balance(ben), await balance(ana), await held()]).toEqual([100n, 0n, 100n])
    expect(await till.read('paymentOf', ana, KEY)).not.toBe(bytes32(''))
    expect(await till.read('paymentOf', ben, KEY)).toBe(bytes32(''))
  })

  it('is made once under a key, however often it is sent, also for another amount', async () => {
    await deposit()
    expect(await outcome(deposit())).toBe('KeyUsed')
    expect(await outcome(deposit(KEY, 7n))).toBe('KeyUsed')
    await deposit(bytes32('another'))
    expect(await balance(ben)).toBe(200n)
  })

  it('moves something, to somebody', async () => {
    expect(await outcome(deposit(KEY, 0n))).toBe('NothingToMove')
    expect(await outcome(deposit(KEY, 1n, token, `0x${'0'.repeat(40)}`))).toBe('NoReceiver')
    expect(await outcome(deposit(KEY, 1n, { ...token, address: cleo }))).toBe('TransferFailed')
    expect(await till.read('paymentOf', ana, KEY)).toBe(bytes32(''))
  })

  it('takes tokens that return nothing', async () => {
    const silent = await deploy(chain, ana, 'SilentToken')
    await fund(silent)
    await deposit(KEY, 100n, silent)
    await till.send(ben, 'withdraw', silent.address, cleo, 100n)
    expect(await held(silent, cleo)).toBe(100n)
  })

  it.each([
    ['FalseToken', 'return false', 'TransferFailed'],
    ['FeeToken', 'keep a fee', 'WrongAmountArrived'],
    ['LyingToken', 'say that they moved what they did not', 'WrongAmountArrived'],
  ])('refuses tokens (%s) that %s, and keeps no trace of it', async (name, _what, refusal) => {
    const odd = await deploy(chain, ana, name)
    await fund(odd)
    expect(await outcome(deposit(KEY, 100n, odd))).toBe(refusal)
    expect([await balance(ben, odd), await till.read('owed', odd.address)]).toEqual([0n, 0n])
    expect(await till.read('paymentOf', ana, KEY)).toBe(bytes32(''))
  })
})

describe('a withdrawal', () => {
  it('pays the holder of a balance, up to it', async () => {
    await deposit()
    expect(await outcome(till.send(ana, 'withdraw', token.address, ana, 1n))).toBe('BalanceTooLow')
    expect(await outcome(till.send(ben, 'withdraw', token.address, ben, 101n))).toBe('BalanceTooLow')
    await till.send(ben, 'withdraw', token.address, cleo, 60n)
    expect([await held(token, cleo), await balance(ben), await held()]).toEqual([60n, 40n, 40n])
  })
})

describe('a token that calls back in the middle of a transfer', () => {
  let hostile: Handle
  beforeEach(async () => {
    hostile = await deploy(chain, ana, 'CallingToken')
    await fund(hostile)
    await till.send(ana, 'deposit', hostile.address, hostile.address, 100n, bytes32('seed'), MEMO)
    await token.send(ana, 'approve', till.address, 1_000n)
    await deposit(bytes32('honest'))
  })
  const arm = (functionName: string, ...args: readonly unknown[]): Promise<Hex> =>
    hostile.send(ana, 'arm', till.address, encodeFunctionData({ abi: till.abi, functionName, args }))

  it('is refused while it withdraws, deposits, claims or opens a batch', async () => {
    const far = (await chainTime(chain)) + 1_000_000n
    const calls: [string, ...unknown[]][] = [
      ['withdraw', hostile.address, cleo, 50n],
      ['deposit', hostile.address, cleo, 50n, bytes32('inner'), MEMO],
      ['openBatch', hostile.address, bytes32('root'), 10n, far, bytes32('salt')],
      ['claim', bytes32('batch'), 0n, cleo, 1n, []],
      ['closeBatch', bytes32('batch')],
    ]
    for (const [index, [name, ...args]] of calls.entries()) {
      await arm(name, ...args)
      await deposit(bytes32(`outer ${index}`), 10n, hostile)
      expect(await hostile.read('reentered')).toBe(false)
      expect(await hostile.read('answer')).toBe(toFunctionSelector('Reentered()'))
    }
  })

  it('gains nothing by withdrawing while it withdraws, and touches no other token', async () => {
    await arm('withdraw', hostile.address, hostile.address, 100n)
    const data = encodeFunctionData({
      abi: till.abi,
      functionName: 'withdraw',
      args: [hostile.address, hostile.address, 100n],
    })
    await hostile.send(ana, 'run', till.address, data)
    expect([await balance(hostile.address, hostile), await held(hostile)]).toEqual([0n, 0n])
    expect([await balance(ben), await held()]).toEqual([100n, 100n])
  })

  it('cannot count one transfer for two deposits', async () => {
    // Moves the inner deposit's money by itself, so that the outer one sees more arrive than it asked for.
    const inner = encodeFunctionData({
      abi: hostile.abi,
      functionName: 'mint',
      args: [till.address, 500n],
    })
    await hostile.send(ana, 'arm', hostile.address, inner)
    expect(await outcome(deposit(KEY, 10n, hostile))).toBe('WrongAmountArrived')
  })
})

describe('time', () => {
  it('is the chain’s: a batch expires by the clock of its blocks', async () => {
    await deposit()
    const expiry = (await chainTime(chain)) + 100n
    await till.send(ben, 'openBatch', token.address, bytes32('root'), 100n, expiry, bytes32('salt'))
    const batch = await till.read<Hex>('batchOf', ben, bytes32('salt'))
    expect(await outcome(till.send(ben, 'closeBatch', batch))).toBe('NotYetExpired')
    await waitOnChain(chain, 200)
    expect(await outcome(till.send(ana, 'closeBatch', batch))).toBe('NotTheFunder')
    await till.send(ben, 'closeBatch', batch)
    expect(await outcome(till.send(ben, 'closeBatch', batch))).toBe('NothingToMove')
    expect(await balance(ben)).toBe(100n)
  })
})
