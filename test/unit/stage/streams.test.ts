import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type { Executed } from '#node/ports/intake.ts'
import type { Accepted, LedgerFault } from '#node/ports/ledger.ts'
import type { StreamBox } from '#node/ports/streams.ts'
import { createStreams } from '#node/stage/streams.ts'
import { openStreamBox } from '#node/store/stream-box.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { encodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import {
  channel,
  community,
  desk,
  FAN_FUNDS,
  fan,
  furnish,
  must,
  NOW,
  type OwnLog,
  order,
  ownLogFolders,
  signerOf,
  voucher,
} from '#test/support/own-log-world.ts'

const SILENCE_MS = 90_000
const DEPOSIT = FAN_FUNDS / 2n
const CHAN = `chan:${Buffer.from(channel.publicKey).toString('hex')}`

const told = (id: Uint8Array, result: Result<Accepted, LedgerFault>): Result<Executed, LedgerFault> =>
  result.ok ? ok({ id, index: result.value.record.index, ack: result.value.ack, known: result.value.known }) : result

describe('the voucher box', () => {
  const world = ownLogFolders()
  let folder: string
  let log: OwnLog
  let box: StreamBox
  let warnings: string[]
  let broken: LedgerFault | null

  const open = () =>
    createStreams({
      own: community,
      ledger: log as never,
      box,
      hasher,
      verifier,
      clock: world.clock,
      silenceMs: SILENCE_MS,
      execute: async ({ id, envelope }) => told(id, await log.order(envelope, id)),
      executeVoucher: async bytes =>
        broken === null ? told(new Uint8Array(32), await log.voucher(bytes)) : err(broken),
      closeChannel: async key => {
        const made = order(desk, 'value/channel-close', { channel: key }, world.clock.now)
        must(await log.order(made.envelope, made.id))
      },
      warn: message => warnings.push(message),
    })
  let streams: ReturnType<typeof open>
  const kinds = () =>
    log
      .recent(100)
      .map(record => record.kind)
      .reverse()
      .slice(3)

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'streams-'))
    world.clock.now = NOW
    log = world.open(world.folder())
    box = openStreamBox(folder)
    warnings = []
    broken = null
    streams = open()
    await furnish(log)
  })
  afterEach(async () => {
    box.close()
    await world.remove()
    await rm(folder, { recursive: true, force: true })
  })

  it('keeps what was signed, and writes one entry for the newest when the listener stops', async () => {
    for (const amount of [100n, 200n, 300n])
      expect(await streams.keepVoucher(voucher(channel, amount), false)).toEqual(ok({ amount, receipt: null }))
    expect(kinds()).toEqual([])
    const last = must(await streams.keepVoucher(voucher(channel, 350n), true))
    expect(last).toMatchObject({ amount: 350n, receipt: expect.any(Number) })
    expect(kinds()).toEqual(['stream', 'channel-close'])
    expect(log.balance(fan.publicKey)).toBe(FAN_FUNDS - 350n)
    expect(box.all()).toEqual([])
  })

  it('ends a session by silence, gives back the rest, and does so after a restart, too', async () => {
    must(await streams.keepVoucher(voucher(channel, 200n), false))
    box.close()
    box = openStreamBox(folder)
    streams = open()
    world.clock.now += SILENCE_MS - 1
    await streams.sweep()
    expect(kinds()).toEqual([])
    world.clock.now += 1
    await streams.sweep()
    expect(kinds()).toEqual(['stream', 'channel-close'])
    expect(log.balance(fan.publicKey)).toBe(FAN_FUNDS - 200n)
  })

  it('writes what is held when the stage stops, and lets the listener go on afterwards', async () => {
    must(await streams.keepVoucher(voucher(channel, 200n), false))
    await streams.stop()
    expect(kinds()).toEqual(['stream'])
    streams = open()
    must(await streams.keepVoucher(voucher(channel, 260n), true))
    expect(kinds()).toEqual(['stream', 'stream', 'channel-close'])
    expect(log.balance(fan.publicKey)).toBe(FAN_FUNDS - 260n)
  })

  it('closes the channel at the end of its deposit', async () => {
    must(await streams.keepVoucher(voucher(channel, DEPOSIT), false))
    expect(kinds()).toEqual(['stream', 'channel-close'])
  })

  it('gives back a deposit of which nothing was spent', async () => {
    expect(await streams.keepVoucher(voucher(channel, 0n), false)).toEqual(ok({ amount: 0n, receipt: null }))
    world.clock.now += SILENCE_MS
    await streams.sweep()
    expect(kinds()).toEqual(['channel-close'])
    expect(log.balance(fan.publicKey)).toBe(FAN_FUNDS)
  })

  it('counts what a member played, and leaves the membership open', async () => {
    const key = signerOf('membership')
    const asset = { code: 'TEST', scale: 2, issuer: community }
    const expiry = NOW + 86_400_000
    const join = order(fan, 'value/channel-open', {
      channel: key.publicKey,
      asset,
      deposit: 500n,
      expiry,
      pool: 'user-centric',
    })
    must(await log.order(join.envelope, join.id))
    must(await streams.keepVoucher(voucher(key, 3n), false))
    world.clock.now += SILENCE_MS
    await streams.sweep()
    expect(kinds()).toEqual(['channel-open', 'stream'])
    expect(log.channel(key.publicKey)).toMatchObject({ open: true, spent: 3n })
    expect(box.all()).toEqual([])
    must(await streams.keepVoucher(voucher(key, 4n), true))
    expect(log.channel(key.publicKey)).toMatchObject({ open: true, spent: 4n })
  })

  it('takes the same voucher twice once, and none that says less, more than the deposit, or is forged', async () => {
    must(await streams.keepVoucher(voucher(channel, 200n), false))
    expect(await streams.keepVoucher(voucher(channel, 200n), false)).toEqual(ok({ amount: 200n, receipt: null }))
    const forged = voucher(channel, 300n)
    forged[forged.length - 1] = (forged.at(-1) as number) ^ 1
    const refused = async (bytes: Uint8Array) => {
      const result = await streams.keepVoucher(bytes, false)
      return result.ok ? 'taken' : result.error.code
    }
    expect(await refused(voucher(channel, 199n))).toBe('conflict')
    expect(await refused(voucher(channel, DEPOSIT + 1n))).toBe('insufficient-balance')
    expect(await refused(forged)).toBe('bad-signature')
    expect(await refused(voucher(signerOf('nobody'), 1n))).toBe('not-found')
    expect(await refused(new Uint8Array(3))).toBe('bad-envelope')
    must(await streams.keepVoucher(voucher(channel, 200n), true))
    expect(await refused(voucher(channel, 300n))).toBe('conflict')
    expect(log.balance(fan.publicKey)).toBe(FAN_FUNDS - 200n)
  })

  it('keeps what the ledger cannot take now, and writes it once it can', async () => {
    broken = { code: 'disk-full', message: 'the disk is full' }
    expect(await streams.keepVoucher(voucher(channel, 200n), true)).toEqual(err(broken))
    expect(box.find(CHAN)).toMatchObject({ amount: 200n, written: false })
    broken = null
    world.clock.now += SILENCE_MS
    await streams.sweep()
    expect(kinds()).toEqual(['stream', 'channel-close'])
  })

  it('says so, and gives the deposit back, when the ledger refuses for good', async () => {
    broken = { code: 'conflict', message: 'the agreement was amended' }
    must(await streams.keepVoucher(voucher(channel, 200n), true))
    expect(warnings).toEqual([expect.stringContaining('the agreement was amended')])
    expect(kinds()).toEqual(['channel-close'])
    expect(log.balance(fan.publicKey)).toBe(FAN_FUNDS)
  })

  it('holds no payment that is not a growing transfer of an account that can pay it', async () => {
    const asset = { code: 'TEST', scale: 2, issuer: community }
    const transfer = (amount: bigint, use: 'stream' | 'tip') =>
      order(fan, 'value/transfer', {
        amount,
        asset,
        to: signerOf('elsewhere').publicKey,
        via: [],
        payee: `release/${'ab'.repeat(16)}`,
        minimum: amount,
        expiry: NOW + 600_000,
        use,
        reference: null,
        quote: null,
      })
    const code = async (amount: bigint, use: 'stream' | 'tip') => {
      const { payload, signature } = transfer(amount, use).envelope
      const result = await streams.keepTransfer(encodeEnvelope(payload, signature), false)
      return result.ok ? 'held' : result.error.code
    }
    expect(await code(5n, 'tip')).toBe('bad-envelope')
    expect(await code(FAN_FUNDS, 'stream')).toBe('insufficient-balance')
    expect(await code(5n, 'stream')).toBe('held')
    expect(box.all()).toMatchObject([{ kind: 'transfer', amount: 5n, written: false }])
  })
})
