import { toFunctionSelector } from 'viem'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Rail, RailFault } from '#node/ports/rails.ts'
import type { Result } from '#protocols/codec/result.ts'
import { type EvmWorld, openEvmWorld } from '#test/support/evm-rails.ts'
import { type Meddle, openRogueRpc } from '#test/support/rogue-rpc.ts'

const signal = AbortSignal.timeout(60_000)
const PAID_ONCE = 5_000_000n

const said = (result: Result<unknown, RailFault>): string => {
  if (!result.ok) return result.error.code
  return (result.value as { state?: string } | null)?.state ?? 'ok'
}
const on =
  (method: string, what: Exclude<ReturnType<Meddle>, null>): Meddle =>
  call =>
    call.method === method ? what : null

describe('a node of the chain that misbehaves', () => {
  let world: EvmWorld
  let rogue: Awaited<ReturnType<typeof openRogueRpc>>
  let rail: Rail
  beforeEach(async () => {
    world = await openEvmWorld()
    rogue = await openRogueRpc()
    rail = await world.open({ rpc: [rogue.url] })
  })
  afterEach(async () => {
    await rogue.close()
    await world.close()
  })
  /** By way of an honest node, as a restarted stage would look. */
  const laterOn = async (key: Uint8Array): Promise<string> => {
    await world.bury()
    const honest = await world.open()
    const first = said(await honest.status(key, signal))
    if (first !== 'pending') return first
    await world.bury()
    return said(await honest.status(key, signal))
  }

  it.each<[string, Meddle, string]>([
    ['hangs', () => 'hang', 'rail-timeout'],
    ['drops every connection', () => 'drop', 'rail-unavailable'],
    ['is of another chain', on('eth_chainId', { result: '0x1' }), 'rail-lied'],
    ['answers nonsense', () => ({ result: 'nonsense' }), 'rail-unavailable'],
  ])('%s: nothing is paid, nothing is written down, and it is said', async (_name, meddle, code) => {
    rogue.meddle(meddle)
    const request = world.request()
    const patience = (): AbortSignal => (code === 'rail-timeout' ? AbortSignal.timeout(300) : signal)
    expect(said(await rail.quote(request, patience()))).toBe(code)
    expect(said(await rail.pay(request, patience()))).toBe(code)
    expect(await rail.status(request.key, signal)).toEqual({ ok: true, value: null })
    rogue.meddle(() => null)
    const restarted = await world.open({ rpc: [rogue.url] })
    expect(said(await restarted.pay(request, signal))).toBe('pending')
    expect(await world.inside(world.payee.address)).toBe(PAID_ONCE)
  })

  it.each<[string, Meddle]>([
    ['never answers', on('eth_sendRawTransaction', 'hang')],
    ['drops the connection', on('eth_sendRawTransaction', 'drop')],
    ['names another transaction', on('eth_sendRawTransaction', { after: `0x${'12'.repeat(32)}` })],
    ['says yes and sends nothing', on('eth_sendRawTransaction', { result: `0x${'12'.repeat(32)}` })],
  ])('takes a payment and %s: asked again under the same key, it is paid once', async (_name, meddle) => {
    const request = world.request()
    // The approval goes through; the payment itself is the second transaction.
    let sent = 0
    rogue.meddle(call => (call.method === 'eth_sendRawTransaction' && ++sent > 1 ? meddle(call) : null))
    const hurried = await world.open({ rpc: [rogue.url], timeoutMs: 1_000 })
    expect(said(await hurried.pay(request, signal))).toMatch(/unknown|pending/)
    expect(said(await hurried.pay(request, signal))).toMatch(/unknown|pending/)
    rogue.meddle(() => null)
    const restarted = await world.open({ rpc: [rogue.url] })
    expect(said(await restarted.pay(request, signal))).toMatch(/pending|confirmed/)
    expect(await laterOn(request.key)).toBe('confirmed')
    expect(await world.inside(world.payee.address)).toBe(PAID_ONCE)
  })

  it('goes away after the payment was sent: it is unknown, then found, and never paid again', async () => {
    const request = world.request()
    let sent = 0
    rogue.meddle(call => {
      if (call.method === 'eth_sendRawTransaction') sent++
      return sent > 1 && call.method !== 'eth_sendRawTransaction' ? 'drop' : null
    })
    await rail.pay(request, signal)
    expect(said(await rail.status(request.key, signal))).toBe('rail-unavailable')
    expect(said(await rail.pay(request, signal))).toBe('unknown')
    expect(await laterOn(request.key)).toBe('confirmed')
    expect(await world.inside(world.payee.address)).toBe(PAID_ONCE)
  })

  it('shows a payment that is none: with a second node beside it, nothing is believed', async () => {
    const paid = world.request()
    const honest = await world.open()
    await honest.pay(paid, signal)
    await world.bury()
    const status = await honest.status(paid.key, signal)
    const receipt = (status.ok && status.value?.receipt) || new Uint8Array()
    const two = await world.open({ rpc: [inject('rpc'), rogue.url] })
    expect(said(await two.verifyReceipt(receipt, signal))).toBe('ok')
    const payments = (result: string): Meddle => {
      const selector = toFunctionSelector('paymentOf(address,bytes32)')
      return call => (JSON.stringify(call.params ?? []).includes(selector) ? { result } : null)
    }
    rogue.meddle(payments(`0x${'34'.repeat(32)}`))
    expect(said(await two.verifyReceipt(receipt, signal))).toBe('rail-lied')
    rogue.meddle(payments(`0x${'00'.repeat(32)}`))
    expect(said(await two.verifyReceipt(receipt, signal))).toBe('rail-lied')
    // Alone it can hide a payment; it cannot make one up for a receipt that it never saw.
    const alone = await world.open({ rpc: [rogue.url] })
    expect(said(await alone.verifyReceipt(receipt, signal))).toBe('bad-receipt')
  })

  it('loses a payment whose turn then goes to another: it failed for good, and nothing was paid', async () => {
    const request = world.request()
    let sent = 0
    rogue.meddle(call => (call.method === 'eth_sendRawTransaction' && ++sent > 1 ? 'drop' : null))
    expect(said(await rail.pay(request, signal))).toMatch(/pending|unknown/)
    await world.chain.impersonateAccount({ address: world.payer })
    await world.chain.sendTransaction({ account: world.payer, to: world.payer, value: 1n })
    await world.bury()
    expect(said(await rail.status(request.key, signal))).toBe('failed')
    rogue.meddle(() => null)
    expect(said(await rail.pay(request, signal))).toBe('failed')
    expect(said(await rail.pay(world.request(), signal))).toBe('pending')
    expect(await world.inside(world.payee.address)).toBe(PAID_ONCE)
  })

  it('says that the token has other decimals: no amount changes by it', async () => {
    const request = world.request()
    const selector = toFunctionSelector('decimals()')
    rogue.meddle(call =>
      JSON.stringify(call.params ?? []).includes(selector) ? { result: `0x${'8'.padStart(64, '0')}` } : null,
    )
    expect(said(await rail.pay(request, signal))).toBe('rail-lied')
    expect(await rail.status(request.key, signal)).toEqual({ ok: true, value: null })
  })

  it('names a price for gas that would empty the account: it is not paid', async () => {
    const request = world.request()
    rogue.meddle(on('eth_maxPriorityFeePerGas', { result: '0xde0b6b3a7640000' }))
    expect(said(await rail.pay(request, signal))).toBe('rail-refused')
    expect(await rail.status(request.key, signal)).toEqual({ ok: true, value: null })
  })

  it('says that the turn of a payment went to another: with a second node beside it, nothing is given up', async () => {
    const request = world.request()
    const two = await world.open({ rpc: [inject('rpc'), rogue.url] })
    let sent = 0
    rogue.meddle(call => (call.method === 'eth_sendRawTransaction' && ++sent > 1 ? 'drop' : null))
    await two.pay(request, signal)
    rogue.meddle(call => {
      if (call.method === 'eth_call') return { result: `0x${'00'.repeat(32)}` }
      return call.method === 'eth_getTransactionCount' ? { result: '0x63' } : null
    })
    await world.bury()
    expect(said(await two.status(request.key, signal))).toBe('rail-lied')
    rogue.meddle(() => null)
    expect(said(await two.status(request.key, signal))).toBe('confirmed')
  })
})

describe('a crash between any two steps of a payment', () => {
  let world: EvmWorld
  let rogue: Awaited<ReturnType<typeof openRogueRpc>>
  beforeEach(async () => {
    world = await openEvmWorld()
    rogue = await openRogueRpc()
  })
  afterEach(async () => {
    await rogue.close()
    await world.close()
  })

  it('neither loses nor doubles it, whichever call of the chain was the last', async () => {
    const calls = 30
    let expected = 0n
    for (let last = 0; last < calls; last++) {
      const request = world.request({ amount: 1n })
      let done = 0
      const death = new AbortController()
      // The stage dies at this call: no answer comes, and nothing of it goes on.
      rogue.meddle(() => {
        if (done++ < last) return null
        death.abort()
        return 'hang'
      })
      const dying = await world.open({ rpc: [rogue.url], timeoutMs: 60_000 })
      await dying.pay(request, death.signal)
      rogue.meddle(() => null)
      const restarted = await world.open()
      expect(said(await restarted.pay(request, signal))).toMatch(/pending|confirmed/)
      expected += 10_000n
      await world.bury()
      expect(said(await restarted.status(request.key, signal))).toBe('confirmed')
      expect(await world.inside(world.payee.address)).toBe(expected)
      if (!death.signal.aborted) return
    }
    throw new Error(`A payment takes more than ${calls} calls.`)
  })
})
