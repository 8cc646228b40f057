import { toString as asText } from 'uint8arrays/to-string'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StageInfo } from '#protocols/api/v1/schemas.ts'
import { decodeSignedVoucher } from '#protocols/ledger/v1/voucher.ts'
import type { Api, Fan, Paying, QueueTrack } from '#web/kit/context.ts'
import { ApiError } from '#web/kit/context.ts'
import { Store } from '#web/kit/store.ts'
import type { PaidListening } from '#web/pay/listening.ts'

const HOME = 'aa'.repeat(32)
const AWAY = 'bb'.repeat(32)
const asset = { code: 'TEST', scale: 2, issuer: HOME }

const trackOf = (community: string, index = 0, stream = '300'): QueueTrack =>
  ({
    release: 'cd'.repeat(16),
    community,
    releaseTitle: 'A song',
    cover: null,
    index,
    info: {},
    releaseArtist: 'Trio',
    price: { asset: { ...asset, issuer: community }, stream, download: null },
  }) as unknown as QueueTrack

/** A stage that keeps what it is handed, and refuses when it is told to. */
function stageFake() {
  const orders: { type: string; body: Record<string, unknown> }[] = []
  const kept: { amount: bigint; last: boolean; channel: string }[] = []
  const refusals: string[] = []
  let balance = '1000'
  const api: Api = {
    get: async <T>(path: string) => (path.startsWith('/wallets/') ? { balance } : [{ hash: '11'.repeat(32) }]) as T,
    send: async <T>(_method: string, path: string, body: unknown) => {
      if (path === '/quotes')
        return [
          { arrives: '90', amount: '100', via: [], id: '22'.repeat(32), expiry: Date.now() + 60_000, orderExpiry: 1 },
        ] as T
      const { voucher, order, last } = body as { voucher?: string; order?: string; last: boolean }
      const refusal = refusals.shift()
      if (refusal !== undefined) throw new ApiError(refusal, 'No.', 409)
      if (order !== undefined) kept.push({ ...(JSON.parse(order) as { amount: bigint }), last, channel: 'order' })
      if (voucher !== undefined) {
        const read = decodeSignedVoucher(Uint8Array.from(Buffer.from(voucher, 'base64')))
        if (!read.ok) throw new Error(read.error.message)
        kept.push({ amount: read.value.cumulative, last, channel: asText(read.value.channel, 'hex') })
      }
      return {} as T
    },
    upload: async () => {
      throw new Error('not asked for')
    },
  }
  let sequence = 100
  const fan = {
    ready: async () => ({ key: 'cc'.repeat(32), name: '' }),
    order: async (_community: string, type: string, body: Record<string, unknown>) => orders.push({ type, body }),
    sign: async (_community: string, _type: string, body: { amount: bigint; minimum: bigint }, seq?: number) => {
      const used = seq ?? ++sequence
      const said = { amount: String(body.amount), minimum: String(body.minimum), seq: used }
      return { envelope: JSON.stringify(said), seq: used }
    },
  } as unknown as Fan
  return { api, fan, orders, kept, refusals, setBalance: (to: string) => (balance = to) }
}

describe('listening that is paid as it happens', () => {
  let stage: ReturnType<typeof stageFake>
  let paying: Store<Paying | null>
  let stopped: number
  let paid: PaidListening
  /** Until nothing more is signed or ordered. */
  const settled = async (): Promise<void> => {
    // On a machine that is busy a step may take longer than one look.
    for (let [seen, still] = [-1, 0]; still < 4; still++) {
      if (seen !== stage.kept.length + stage.orders.length) still = 0
      seen = stage.kept.length + stage.orders.length
      await new Promise(resolve => setTimeout(resolve, 60))
    }
  }
  /** The player moves on to a position, a second at a time. */
  const play = (fromMs: number, toMs: number) => {
    paid.heard('play', fromMs)
    for (let at = fromMs; at <= toMs; at += 1_000) paid.heard('tick', at)
  }

  beforeEach(async () => {
    const kept = new Map<string, string>()
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
    })
    const { PaidListening } = await import('#web/pay/listening.ts')
    stage = stageFake()
    paying = new Store<Paying | null>(null)
    stopped = 0
    const about = { community: HOME, streamIntervalMs: 10_000 } as unknown as StageInfo
    paid = new PaidListening({
      api: stage.api,
      fan: stage.fan,
      stage: new Store<StageInfo | null>(about),
      paying,
      stop: () => stopped++,
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('asks for a limit once on a device, and sets no more aside than the listener holds', async () => {
    expect(await paid.begin(trackOf(HOME))).toBe(false)
    expect(paying.get()).toMatchObject({ phase: 'ask', cap: 100n, balance: 1000n })
    expect(stage.orders).toEqual([])
    stage.setBalance('150')
    paid.limit(500n)
    expect(await paid.begin(trackOf(HOME))).toBe(true)
    expect(stage.orders).toMatchObject([{ type: 'value/channel-open', body: { deposit: 150n, pool: 'direct' } }])
    expect(stage.kept).toMatchObject([{ amount: 0n, last: false }])
    await paid.leave()
    expect(await paid.begin(trackOf(HOME))).toBe(true)
  })

  it('signs each interval for what was played, and what is left when the listener goes', async () => {
    paid.limit(500n)
    await paid.begin(trackOf(HOME))
    play(0, 25_000)
    await settled()
    expect(stage.kept.map(one => one.amount)).toEqual([0n, 100n, 200n])
    await paid.leave()
    expect(stage.kept.at(-1)).toMatchObject({ amount: 250n, last: true })
    expect(paying.get()).toBeNull()
  })

  it('stops at the limit, with a last signature, and asks before it goes on', async () => {
    paid.limit(150n)
    await paid.begin(trackOf(HOME))
    paying.set({ ...(paying.get() as Paying) })
    play(0, 40_000)
    await settled()
    expect(stage.kept.at(-1)).toMatchObject({ amount: 150n, last: true })
    expect(stopped).toBe(1)
    expect(paying.get()).toMatchObject({ phase: 'stopped', spent: 150n, cap: 150n })
    expect(paying.get()?.sentence).toContain('You reached your limit of 1.50 TEST')
    expect(await paid.begin(trackOf(HOME))).toBe(false)
    expect(paying.get()?.phase).toBe('ask')
  })

  it('opens another channel with what is left when the stage ended the session, and pays nothing twice', async () => {
    paid.limit(500n)
    await paid.begin(trackOf(HOME))
    play(0, 10_000)
    await settled()
    stage.refusals.push('conflict')
    play(10_000, 20_000)
    await settled()
    expect(stage.orders.map(one => one.body.deposit)).toEqual([500n, 400n])
    const [first, second] = [...new Set(stage.kept.map(one => one.channel))]
    expect(stage.kept).toEqual([
      { amount: 0n, last: false, channel: first },
      { amount: 100n, last: false, channel: first },
      { amount: 0n, last: false, channel: second },
      { amount: 100n, last: false, channel: second },
    ])
  })

  it('does not go on playing when paying keeps failing', async () => {
    paid.limit(500n)
    await paid.begin(trackOf(HOME))
    stage.refusals.push('unreachable', 'unreachable')
    play(0, 30_000)
    await settled()
    expect(stopped).toBe(1)
    expect(paying.get()).toMatchObject({ phase: 'stopped', sentence: 'No.' })
  })

  it('pays another community by one order that grows under one sequence', async () => {
    paid.limit(100n)
    expect(await paid.begin(trackOf(AWAY))).toBe(true)
    play(0, 5_000)
    await paid.leave()
    expect(stage.orders).toEqual([])
    play(0, 5_000)
    expect(stage.kept).toEqual([{ amount: '50', minimum: '44', seq: 101, last: true, channel: 'order' }])
  })

  it('keeps the session over the tracks of a release, and says nothing to who holds no credit but that', async () => {
    paid.limit(500n)
    await paid.begin(trackOf(HOME, 0))
    play(0, 4_000)
    await paid.begin(trackOf(HOME, 1, '600'))
    play(0, 10_000)
    await settled()
    expect(stage.orders).toHaveLength(1)
    expect(stage.kept.map(one => one.amount)).toEqual([0n, 40n, 240n])
    await paid.leave()
    stage.setBalance('0')
    expect(await paid.begin(trackOf(HOME))).toBe(false)
    expect(paying.get()).toMatchObject({ phase: 'stopped', balance: 0n })
  })
})
