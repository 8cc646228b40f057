import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Rail, RailFault, RailPayment, RailRequest } from '#node/ports/rails.ts'
import type { Result } from '#protocols/codec/result.ts'

/** One rail between two communities, as a test needs it. */
export interface RailWorld {
  /** Of the payer. */
  readonly payer: Rail
  /** Of the payee, another community on the same rail. */
  readonly payee: Rail
  readonly code: string
  readonly scale: number
  /** An amount of minor units that the payer has. */
  readonly amount: bigint
  /** What has to happen outside until a payment is confirmed: blocks, or people who say so on both sides. */
  confirm(request: RailRequest): Promise<void>
  close(): Promise<void>
}

const signal = AbortSignal.timeout(60_000)
const value = <T>(result: Result<T, RailFault>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}
const code = (result: Result<unknown, RailFault>): string => (result.ok ? 'ok' : result.error.code)

/** What every rail must do, whatever carries the value. */
export function railContract(name: string, open: () => Promise<RailWorld>): void {
  describe(`a rail: ${name}`, () => {
    let world: RailWorld
    let request: RailRequest
    let nonce = 0
    beforeEach(async () => {
      world = await open()
      nonce++
      request = {
        key: new Uint8Array(32).fill(nonce),
        to: world.payee.address,
        amount: world.amount,
        code: world.code,
        scale: world.scale,
        memo: new Uint8Array(32).fill(100 + nonce),
      }
    })
    afterEach(() => world.close())

    const paid = async (): Promise<RailPayment & { receipt: Uint8Array }> => {
      value(await world.payer.pay(request, signal))
      await world.confirm(request)
      const payment = value(await world.payer.status(request.key, signal))
      if (payment?.receipt == null) throw new Error(`no receipt: ${payment?.state}`)
      return { ...payment, receipt: payment.receipt }
    }

    it('says what it takes before anything moves', async () => {
      const { fee, expiry, takesMs } = value(await world.payer.quote(request, signal))
      expect(fee).toBeGreaterThanOrEqual(0n)
      expect(expiry).toBeGreaterThan(0)
      expect(takesMs === null || takesMs >= 0).toBe(true)
      expect(await world.payer.status(request.key, signal)).toEqual({ ok: true, value: null })
    })

    it('knows nothing of a key that it was never asked for', async () => {
      expect(await world.payer.status(new Uint8Array(32).fill(255), signal)).toEqual({ ok: true, value: null })
    })

    it('pays once, and proves to the payee how much, for what, and to whom', async () => {
      const { state, receipt } = await paid()
      expect(state).toBe('confirmed')
      expect(receipt.length).toBeLessThanOrEqual(16_384)
      const proven = value(await world.payee.verifyReceipt(receipt, signal))
      expect(proven).toMatchObject({ to: world.payee.address, amount: world.amount, code: world.code })
      expect(proven.scale).toBe(world.scale)
      expect(Buffer.from(proven.memo).equals(Buffer.from(request.memo))).toBe(true)
      expect(value(await world.payer.verifyReceipt(receipt, signal))).toMatchObject({ amount: world.amount })
    })

    it('answers the same request under the same key with the same payment, however often', async () => {
      const first = await paid()
      for (let again = 0; again < 3; again++) {
        const { state, receipt } = value(await world.payer.pay(request, signal))
        expect(state).toBe('confirmed')
        expect(Buffer.from(receipt ?? []).equals(Buffer.from(first.receipt))).toBe(true)
      }
    })

    it('refuses another payment under a key that is taken', async () => {
      value(await world.payer.pay(request, signal))
      expect(code(await world.payer.pay({ ...request, amount: request.amount - 1n }, signal))).toBe('key-reused')
      expect(code(await world.payer.pay({ ...request, memo: new Uint8Array(32) }, signal))).toBe('key-reused')
    })

    it('refuses nothing at all, an asset that it does not carry, and a payee that it cannot write', async () => {
      expect(code(await world.payer.pay({ ...request, amount: 0n }, signal))).toBe('amount-too-small')
      expect(code(await world.payer.pay({ ...request, amount: -1n }, signal))).toBe('amount-too-small')
      expect(code(await world.payer.pay({ ...request, code: 'no such' }, signal))).toBe('wrong-asset')
      expect(code(await world.payer.pay({ ...request, scale: 10 }, signal))).toBe('wrong-asset')
      expect(code(await world.payer.pay({ ...request, to: 'nobody' }, signal))).toBe('rail-refused')
      expect(code(await world.payer.pay({ ...request, amount: 1n << 128n }, signal))).not.toBe('ok')
      expect(value(await world.payer.status(request.key, signal))).toBeNull()
    })

    it('takes no receipt that was changed, cut, made up, or empty', async () => {
      const { receipt } = await paid()
      const changed = Uint8Array.from(receipt)
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
      const bad = [changed, receipt.subarray(0, -1), new Uint8Array(200).fill(7), new Uint8Array()]
      for (const one of bad) expect(code(await world.payee.verifyReceipt(one, signal))).toBe('bad-receipt')
    })

    it('gives up when it is told to', async () => {
      const gone = AbortSignal.abort()
      expect(code(await world.payer.pay(request, gone))).toBe('rail-timeout')
      expect(value(await world.payer.status(request.key, signal))).toBeNull()
    })
  })
}
