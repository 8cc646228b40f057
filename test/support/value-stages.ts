import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { loadIdentity } from '#node/identity/key-file.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import type { TestAuthor } from './author.ts'
import { eventually, type StageClient } from './stage-client.ts'
import { StageHere } from './stage-here.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena/lena.ogg')
const DAY_MS = 24 * 60 * 60 * 1_000

/** A stage that can be spoken to, in this process or another one, with its community key. */
export interface Reachable {
  readonly here: { readonly client: StageClient; readonly data: string }
  readonly community: string
}

/** A stage in the test's own process. */
export interface ValueStage extends Reachable {
  readonly here: StageHere
}

export async function startValueStage(
  name: string,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<ValueStage> {
  const here = await StageHere.start(name, flags)
  return { here, community: (await here.client.stage()).community }
}

export const key = (hex: string): Uint8Array => fromString(hex, 'hex')
export const accountOf = (fan: TestAuthor): string => asText(fan.publicKey, 'hex')

/** An order by the community's own key, as its operator gives it. */
export async function orderAs<T extends OrderType>(
  { here, community }: Reachable,
  type: T,
  body: OrderBodies[T],
): Promise<api.SubmitResult> {
  const identity = await loadIdentity(here.data)
  if (identity === null) throw new Error('a running stage has an identity')
  const at = Date.now()
  const { seq } = await here.client.get<api.Wallet>(`/wallets/${community}`)
  const self = key(community)
  const next = Math.max(at, seq + 1)
  const payload = encodePayload({ type, author: self, community: self, seq: next, at, body })
  const bytes = encodeEnvelope(payload, await identity.signer.sign(signedBytes(type, payload)))
  return here.client.request('POST', '/events', { envelope: asText(bytes, 'base64pad') })
}

/** `by` accepts credit of `from` from now on. */
export const openLine = (
  by: Reachable,
  from: Reachable,
  limit: bigint,
  more: Partial<OrderBodies['value/line']> = {},
): Promise<api.SubmitResult> =>
  orderAs(by, 'value/line', {
    community: key(from.community),
    code: 'TEST',
    scale: 2,
    limit,
    haircut: 0,
    expiry: Date.now() + DAY_MS,
    alone: true,
    ...more,
  })

export const connect = (a: Reachable, b: ValueStage): Promise<unknown> =>
  a.here.client.request('POST', '/follows', { address: b.here.address })

export const issue = (stage: Reachable, fan: TestAuthor, amount: bigint): Promise<api.ReceiptInfo> =>
  stage.here.client.request('POST', '/desk/credits', {
    account: accountOf(fan),
    amount: String(amount),
    evidence: 'cash at the door',
  })

export const balance = async (stage: Reachable, fan: TestAuthor): Promise<bigint> =>
  BigInt((await stage.here.client.get<api.Wallet>(`/wallets/${accountOf(fan)}`)).balance)

/** Publishes one release whose only party is paid at an account. Answers its id. */
export async function publishFor(stage: Reachable, artist: TestAuthor): Promise<string> {
  const { client } = stage.here
  const upload = await client.upload('lena.ogg', await readFile(LENA))
  const job = await client.publish({
    tracks: [{ upload, title: 'Lena' }],
    title: 'First',
    artist: 'Sample',
    splits: [{ party: 'Ana', shares: 10_000, account: accountOf(artist) }],
  })
  const release = job.release ?? ''
  const agreement = await eventually(async () => {
    const [found] = await client.get<api.AgreementInfo[]>(`/agreements?release=${release}`)
    return found
  }, 'the release has an agreement')
  await client.order(artist, stage.community, 'agreement/sign', { agreement: key(agreement.hash) })
  return release
}

export const quotesFor = (from: Reachable, to: Reachable, payee: string, amount: bigint): Promise<api.QuoteInfo[]> =>
  from.here.client.request('POST', '/quotes', { to: to.community, payee, amount: String(amount) })

/** What a page signs for a quote. */
export const orderOf = (quote: api.QuoteInfo): OrderBodies['value/transfer'] => ({
  amount: BigInt(quote.amount),
  asset: { code: quote.asset.code, scale: quote.asset.scale, issuer: key(quote.asset.issuer) },
  to: key(quote.to),
  via: quote.via.map(key),
  payee: quote.payee,
  minimum: BigInt(quote.arrives),
  expiry: quote.orderExpiry,
  use: 'tip',
  reference: null,
  quote: key(quote.id),
})

/** Quote, order, and where it stands. */
export async function pay(
  from: Reachable,
  fan: TestAuthor,
  to: Reachable,
  payee: string,
  amount: bigint,
  more: Partial<OrderBodies['value/transfer']> = {},
): Promise<string> {
  const [quote] = await quotesFor(from, to, payee, amount)
  if (quote === undefined) throw new Error('no way was found')
  const { id } = await from.here.client.order(fan, from.community, 'value/transfer', { ...orderOf(quote), ...more })
  return id
}

export const transfer = (stage: Reachable, id: string): Promise<api.TransferProof> =>
  stage.here.client.get(`/transfers/${id}`)

export const reaches = (stage: Reachable, id: string, state: api.TransferState): Promise<api.TransferProof> =>
  eventually(async () => {
    const found = await transfer(stage, id)
    return found.state === state && found
  }, `the payment is ${state}`)

export const peersOf = (stage: Reachable): Promise<api.PeerValue[]> => stage.here.client.get('/peers/value')

/** How a stage says that it stands with another one; above 0 it owes it. Fine units. */
export async function position(of: Reachable, other: Reachable): Promise<bigint> {
  const peer = (await peersOf(of)).find(({ community }) => community === other.community)
  return BigInt(peer?.positions.find(({ code }) => code === 'TEST')?.position ?? 0)
}
