import type { AgreementInfo, QuoteInfo, StreamKept } from '#protocols/api/v1/schemas.ts'
import { encodeSignedVoucher, voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import { fromHex, toBase64 } from '#web/fan/encoding.ts'
import { makeKey, sign } from '#web/fan/keys.ts'
import type { StoredKey } from '#web/fan/vault.ts'
import type { Api, Fan, QueueTrack } from '#web/kit/mod.ts'

/** Where a listener's signatures go. `amount` is what this till comes to in all, minor units. */
export interface Till {
  /** Tracks of this release, or of any release of this community, are paid here. */
  serves(track: QueueTrack): boolean
  /** Throws `ApiError`: 'conflict' or 'not-found' when another till is needed. */
  take(amount: bigint, track: QueueTrack, last: boolean): Promise<void>
}

export interface TillInit {
  readonly api: Api
  readonly fan: Fan
  /** This stage's own community. */
  readonly home: string
}

const DAY_MS = 24 * 60 * 60 * 1000
/** A payment on its way to another community may take so long before it comes back. */
const ON_THE_WAY_MS = 10 * 60 * 1000
/** A quote that ends sooner is asked for again. */
const FRESH_MS = 5_000

/** Signs vouchers of a channel for releases of this community. */
export function channelTill({ api, home }: TillInit, key: StoredKey): Till {
  const agreements = new Map<string, Uint8Array>()
  const agreementOf = async (release: string): Promise<Uint8Array> => {
    const known = agreements.get(release)
    if (known !== undefined) return known
    const [agreement] = await api.get<AgreementInfo[]>(`/agreements?release=${release}`)
    if (agreement === undefined) throw new Error('no agreement')
    const hash = fromHex(agreement.hash)
    agreements.set(release, hash)
    return hash
  }
  return {
    serves: track => track.community === home,
    async take(amount, track, last) {
      const fields = {
        channel: key.publicKey,
        cumulative: amount,
        use: 'stream' as const,
        recording: `${track.release}/${track.index + 1}`,
        agreement: await agreementOf(track.release),
        reference: null,
      }
      const signature = await sign(key, voucherBytes(fromHex(home), fields))
      const voucher = toBase64(encodeSignedVoucher({ ...fields, signature }))
      await api.send<StreamKept>('POST', '/streams', { voucher, last })
    },
  }
}

/** Sets a deposit aside in a channel of its own; what is not spent returns when the session ends. */
export async function openChannelTill(
  init: TillInit,
  track: QueueTrack,
  deposit: bigint,
  about: string,
): Promise<Till> {
  const { fan, home } = init
  const key = await makeKey()
  const { code, scale } = (track.price as NonNullable<QueueTrack['price']>).asset
  const asset = { code, scale, issuer: fromHex(home) }
  const order = { channel: key.publicKey, asset, deposit, expiry: Date.now() + DAY_MS, pool: 'direct' }
  await fan.order(home, 'value/channel-open', order, about)
  const till = channelTill(init, key)
  // So that the stage knows of the session, and gives everything back should nothing be played.
  await till.take(0n, track, false)
  return till
}

/** One transfer that grows while a release of another community plays; executed when the session ends. */
export async function openTransferTill({ api, fan, home }: TillInit, track: QueueTrack, most: bigint): Promise<Till> {
  const { code, scale } = (track.price as NonNullable<QueueTrack['price']>).asset
  const asset = { code, scale, issuer: fromHex(home) }
  const payee = `release/${track.release}`
  let quote: QuoteInfo | null = null
  let seq: number | undefined
  const quoted = async (): Promise<QuoteInfo> => {
    if (quote === null || quote.expiry < Date.now() + FRESH_MS) {
      const wish = { to: track.community, payee, amount: String(most) }
      quote = (await api.send<QuoteInfo[]>('POST', '/quotes', wish))[0] ?? null
    }
    if (quote === null) throw new Error('no quote')
    return quote
  }
  await quoted()
  return {
    serves: other => other.release === track.release,
    async take(amount, _track, last) {
      if (amount === 0n) return
      const { arrives, amount: whole, via, id, orderExpiry } = await quoted()
      const share = (amount * BigInt(arrives)) / BigInt(whole)
      const body = {
        amount,
        asset,
        to: fromHex(track.community),
        via: via.map(fromHex),
        payee,
        minimum: share > 0n ? share - 1n : 0n,
        expiry: Math.max(orderExpiry, Date.now() + ON_THE_WAY_MS),
        use: 'stream',
        reference: null,
        quote: fromHex(id),
      }
      const signed = await fan.sign(home, 'value/transfer', body, seq)
      seq = signed.seq
      await api.send<StreamKept>('POST', '/streams', { order: signed.envelope, last })
    },
  }
}
