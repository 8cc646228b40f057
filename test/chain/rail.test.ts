import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toFunctionSelector } from 'viem'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Rail, RailFault } from '#node/ports/rails.ts'
import { TILL_ABI } from '#node/rails/evm/abi.ts'
import { VIEM_VERSION } from '#node/rails/evm/load-client.ts'
import type { Result } from '#protocols/codec/result.ts'
import { type RailWorld, railContract } from '#test/contract/rail.ts'
import { type EvmWorld, openEvmWorld } from '#test/support/evm-rails.ts'
import { ROOT } from '#test/support/house.ts'

railContract('an EVM chain', async (): Promise<RailWorld> => {
  const world = await openEvmWorld()
  return {
    payer: await world.open(),
    payee: world.payee,
    code: 'EUR',
    scale: 2,
    amount: 500n,
    confirm: world.bury,
    close: world.close,
  }
})

const signal = AbortSignal.timeout(60_000)
const codeOf = (result: Result<unknown, RailFault>): string => (result.ok ? 'ok' : result.error.code)
const stateOf = async (rail: Rail, key: Uint8Array): Promise<string> => {
  const result = await rail.status(key, signal)
  return result.ok ? (result.value?.state ?? 'none') : result.error.code
}

describe('the EVM rail', () => {
  let world: EvmWorld
  let rail: Rail
  beforeEach(async () => {
    world = await openEvmWorld()
    rail = await world.open()
  })
  afterEach(() => world.close())

  it('calls what the compiled contract has', () => {
    const compiled = (inject('contracts').Till?.abi ?? []) as readonly { type: string; name?: string }[]
    for (const { type, name } of TILL_ABI)
      expect(compiled.some(one => one.type === type && one.name === name)).toBe(true)
    const deposit = compiled.find(one => one.name === 'deposit')
    expect(toFunctionSelector(deposit as never)).toBe(toFunctionSelector(TILL_ABI[0]))
  })

  it('names the version of its client that the tests run with', async () => {
    const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    expect(devDependencies.viem).toBe(VIEM_VERSION)
  })

  it('counts a payment as final only when enough blocks lie on it, to the payer and to the payee', async () => {
    const request = world.request()
    expect(await rail.pay(request, signal)).toMatchObject({ value: { state: 'pending', receipt: null } })
    await world.chain.mine({ blocks: 2 })
    expect(await stateOf(rail, request.key)).toBe('pending')
    await world.chain.mine({ blocks: 1 })
    expect(await stateOf(rail, request.key)).toBe('confirmed')
  })

  it('shows a receipt that is not final yet as not final, and after a reorganisation as none', async () => {
    const request = world.request()
    const before = await world.chain.snapshot()
    await rail.pay(request, signal)
    await world.bury()
    const paid = await rail.status(request.key, signal)
    const receipt = (paid.ok && paid.value?.receipt) || new Uint8Array()
    expect(codeOf(await world.payee.verifyReceipt(receipt, signal))).toBe('ok')
    const patient = await world.open({ confirmations: 50 })
    expect(codeOf(await patient.verifyReceipt(receipt, signal))).toBe('not-confirmed')
    await world.chain.revert({ id: before })
    await world.bury()
    expect(codeOf(await world.payee.verifyReceipt(receipt, signal))).toBe('bad-receipt')
  })

  it('sends a payment again that a reorganisation took out, and pays once', async () => {
    const request = world.request()
    const before = await world.chain.snapshot()
    await rail.pay(request, signal)
    expect(await world.inside(world.payee.address)).toBe(5_000_000n)
    await world.chain.revert({ id: before })
    expect(await world.inside(world.payee.address)).toBe(0n)
    // The approval went with it; both are sent again as they were signed.
    expect(await stateOf(rail, request.key)).toBe('pending')
    expect(await world.inside(world.payee.address)).toBe(5_000_000n)
    await world.bury()
    expect(await stateOf(rail, request.key)).toBe('confirmed')
    expect(await world.inside(world.payee.address)).toBe(5_000_000n)
  })

  it('pays once when the same key is asked for from all sides at once', async () => {
    const request = world.request()
    const answers = await Promise.all(Array.from({ length: 5 }, () => rail.pay(request, signal)))
    expect(answers.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
    const other = world.request()
    await Promise.all([rail.pay(other, signal), rail.pay({ ...other, amount: 1n }, signal)])
    expect(await world.inside(world.payee.address)).toBe(10_000_000n)
  })

  it('pays several keys one after another, each with a nonce of its own', async () => {
    const requests = [1n, 2n, 3n].map(amount => world.request({ amount }))
    await Promise.all(requests.map(request => rail.pay(request, signal)))
    await world.bury()
    for (const { key } of requests) expect(await stateOf(rail, key)).toBe('confirmed')
    expect(await world.inside(world.payee.address)).toBe(60_000n)
  })

  it('refuses to pay what the account does not have, before anything is sent', async () => {
    const request = world.request({ amount: 10_001n })
    expect(codeOf(await rail.pay(request, signal))).toBe('rail-refused')
    expect(await stateOf(rail, request.key)).toBe('none')
  })

  it('leaves no allowance behind, so that the till can take nothing that nobody ordered', async () => {
    await rail.pay(world.request(), signal)
    expect(await world.token.read('allowance', world.payer, world.till.address)).toBe(0n)
  })

  it('does not pay again when its own books were lost: the contract knows the key', async () => {
    const request = world.request()
    await rail.pay(request, signal)
    await rm(join(world.dataDir, 'rails'), { recursive: true })
    const amnesic = await world.open()
    expect(codeOf(await amnesic.pay(request, signal))).toBe('key-reused')
    expect(await world.inside(world.payee.address)).toBe(5_000_000n)
  })

  it('refuses a receipt of another contract', async () => {
    const other = await openEvmWorld()
    const request = other.request()
    const there = await other.open()
    await there.pay(request, signal)
    await other.bury()
    const paid = await there.status(request.key, signal)
    const receipt = (paid.ok && paid.value?.receipt) || new Uint8Array()
    expect(codeOf(await world.payee.verifyReceipt(receipt, signal))).toBe('bad-receipt')
    await other.close()
  })
})

describe('the key of the EVM rail', () => {
  let world: EvmWorld
  beforeEach(async () => {
    world = await openEvmWorld()
  })
  afterEach(() => world.close())

  it('is made at the first start, for this user alone, and is the same at the next', async () => {
    const first = await world.open({ keyFile: 'identity/new' })
    expect((await stat(join(world.dataDir, 'identity/new'))).mode & 0o777).toBe(0o600)
    expect((await world.open({ keyFile: 'identity/new' })).address).toBe(first.address)
  })

  it('is refused while others can read it, and when it is none; no message holds a part of it', async () => {
    const path = join(world.dataDir, 'key')
    await chmod(path, 0o640)
    await expect(world.open()).rejects.toMatchObject({ code: 'data-folder-unusable', message: /chmod 600/ })
    await writeFile(path, 'abcdef-secret', { mode: 0o600 })
    await chmod(path, 0o600)
    const refusal: unknown = await world.open().catch(cause => cause)
    expect(refusal).toMatchObject({ code: 'data-folder-unusable' })
    expect(String((refusal as Error).message)).not.toContain('secret')
  })
})
