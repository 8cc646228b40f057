import { hasher, signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { createSignaturePool } from '#node/identity/threads/signature-pool.ts'
import { createOwnLog } from '#node/store/ledger/own/create.ts'
import type { OwnLogLimits } from '#node/store/ledger/own/options.ts'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { decodeEnvelope, encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { encodeSignedVoucher, voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { createRules } from '#src/royalties/rules.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'

/** A community whose members listen: one release of three parties, one fan, many open channels. */
export const RELEASE = 'ab'.repeat(16)
const DAY_MS = 86_400_000

const signerOf = (name: string): SyncSigner => signerFromSeed(hasher.sha256(Buffer.from(name)))
export const desk = signerOf('desk')
export const community = desk.publicKey
export const asset = { code: 'TEST', scale: 2, issuer: community }
export const rules = createRules({ hasher })
export const fan = signerOf('fan')
export const channelOf = (number: number): SyncSigner => signerOf(`channel ${number}`)

const parties = ['Ana', 'Bea', 'Cy']
const keys = new Map(parties.map(name => [name, signerOf(name).publicKey]))
const shares = [6_000, 3_000, 1_000].map((share, at) => ({ party: parties[at] ?? '', shares: share }))
export const terms = encodeTerms(termsFromSplits(RELEASE, 'A song', shares, keys))
export const agreement = hasher.sha256(terms)

/** As a stage has it: one thread verifies beside the one that writes. */
const signatures = createSignaturePool({ verifier, threads: 1 })

export type Log = ReturnType<typeof createOwnLog>

export const openLog = (dataDir: string, limits: Partial<OwnLogLimits> = {}): Log =>
  createOwnLog({
    dataDir,
    signer: desk,
    hasher,
    verifier,
    clock: { nowMs: () => Date.now() },
    rules,
    asset,
    limits,
    signatures,
  })

let seq = Date.now()

async function order<T extends OrderType>(log: Log, signer: SyncSigner, type: T, body: OrderBodies[T]): Promise<void> {
  seq++
  const payload = encodePayload({ type, author: signer.publicKey, community, seq, at: Date.now(), body })
  const message = signedBytes(type, payload)
  const envelope = decodeEnvelope(encodeEnvelope(payload, signer.sign(message)))
  if (!envelope.ok) throw new Error(envelope.error.message)
  const done = await log.order(envelope.value, hasher.sha256(message))
  if (!done.ok) throw new Error(`${done.error.code}: ${done.error.message}`)
}

/** An agreement in force, and `channels` open channels with plenty of money. */
export async function furnish(log: Log, channels: number): Promise<void> {
  const deposit = 1_000_000n
  await order(log, desk, 'agreement/propose', { terms })
  await order(log, desk, 'value/issue', {
    account: fan.publicKey,
    amount: deposit * BigInt(channels),
    asset,
    reference: null,
  })
  const expiry = Date.now() + DAY_MS
  for (let number = 0; number < channels; number++) {
    const channel = channelOf(number).publicKey
    await order(log, fan, 'value/channel-open', { channel, asset, deposit, expiry, pool: 'direct' })
  }
}

/** Signed vouchers of one channel, each above the one before. */
export function vouchersOf(number: number, count: number): Uint8Array[] {
  const signer = channelOf(number)
  return Array.from({ length: count }, (_, at) => {
    const fields = {
      channel: signer.publicKey,
      cumulative: BigInt(at + 1) * 7n,
      use: 'stream' as const,
      recording: `${RELEASE}/1`,
      agreement,
      reference: null,
    }
    return encodeSignedVoucher({ ...fields, signature: signer.sign(voucherBytes(community, fields)) })
  })
}
