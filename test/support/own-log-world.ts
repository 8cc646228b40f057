import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasher, signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { createOneThreadChecker } from '#node/identity/threads/one-thread.ts'
import { createOwnLog } from '#node/store/ledger/own/create.ts'
import { fsckLog } from '#node/store/ledger/own/fsck/fsck.ts'
import type { OwnLogOptions } from '#node/store/ledger/own/options.ts'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  encodePayload,
  signedBytes,
} from '#protocols/envelope/v1/codec.ts'
import type { Voucher } from '#protocols/ledger/v1/entry.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { encodeSignedVoucher, voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { createRules } from '#src/royalties/rules.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'

export const NOW = 1_780_000_000_000
export const rules = createRules({ hasher })
export const signerOf = (name: string): SyncSigner => signerFromSeed(hasher.sha256(Buffer.from(name)))
export const desk = signerOf('desk')
export const community = desk.publicKey
export const asset = { code: 'TEST', scale: 2, issuer: community }
export const RELEASE = 'ab'.repeat(16)
export const FAN_FUNDS = 1_000_000_000n

export type OwnLog = ReturnType<typeof createOwnLog>

export interface Made {
  readonly envelope: Envelope
  readonly id: Uint8Array
}

let sequence = 0

/** A signed order of this community; each call is a new one. */
export function order<T extends OrderType>(signer: SyncSigner, type: T, body: OrderBodies[T], at = NOW): Made {
  const seq = at * 1_000 + ++sequence
  const payload = encodePayload({ type, author: signer.publicKey, community, seq, at, body })
  const message = signedBytes(type, payload)
  const decoded = decodeEnvelope(encodeEnvelope(payload, signer.sign(message)))
  if (!decoded.ok) throw new Error(decoded.error.message)
  return { envelope: decoded.value, id: hasher.sha256(message) }
}

const terms = encodeTerms(
  termsFromSplits(
    RELEASE,
    'A song',
    [
      { party: 'Ana', shares: 6_000 },
      { party: 'Bea', shares: 3_000 },
      { party: 'Cy', shares: 1_000 },
    ],
    new Map([['Ana', signerOf('ana').publicKey]]),
  ),
)
export const agreement = hasher.sha256(terms)

export const issue = (to: Uint8Array, amount: bigint, at = NOW): Made =>
  order(desk, 'value/issue', { account: to, amount, asset, reference: null }, at)
export const tip = (fan: SyncSigner, amount: bigint, at = NOW): Made =>
  order(fan, 'value/tip', { amount, asset, release: RELEASE, reference: null, use: 'tip' }, at)
export const propose = (at = NOW): Made => order(desk, 'agreement/propose', { terms }, at)
export const openChannel = (fan: SyncSigner, channel: SyncSigner, deposit: bigint, at = NOW): Made =>
  order(
    fan,
    'value/channel-open',
    { channel: channel.publicKey, asset, deposit, expiry: at + 86_400_000, pool: 'direct' },
    at,
  )

export function voucher(channel: SyncSigner, cumulative: bigint): Uint8Array {
  const fields: Voucher = {
    channel: channel.publicKey,
    cumulative,
    use: 'stream',
    recording: `${RELEASE}/1`,
    agreement,
    reference: null,
  }
  return encodeSignedVoucher({ ...fields, signature: channel.sign(voucherBytes(community, fields)) })
}

export const fan = signerOf('fan')
export const channel = signerOf('channel')

export function must<T>(result: { ok: true; value: T } | { ok: false; error: { code: string; message: string } }): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** An agreement in force, a fan with funds, and an open channel: 4 entries. */
export async function furnish(log: OwnLog, at = NOW): Promise<void> {
  for (const made of [propose(at), issue(fan.publicKey, FAN_FUNDS, at), openChannel(fan, channel, FAN_FUNDS / 2n, at)])
    must(await log.order(made.envelope, made.id))
}

/** Folders of ledgers, all of one community, with a clock that the test moves. */
export function ownLogFolders() {
  const folders: string[] = []
  const opened: OwnLog[] = []
  const clock = { now: NOW, nowMs: () => clock.now }
  const optionsFor = (dataDir: string): OwnLogOptions => ({
    dataDir,
    signer: desk,
    hasher,
    verifier,
    clock,
    rules,
    asset,
  })
  return {
    clock,
    optionsFor,
    folder(): string {
      const folder = mkdtempSync(join(tmpdir(), 'own-log-'))
      folders.push(folder)
      return folder
    },
    open(dataDir: string, more: Partial<OwnLogOptions> = {}): OwnLog {
      const log = createOwnLog({ ...optionsFor(dataDir), ...more })
      opened.push(log)
      return log
    },
    fsck: (dataDir: string) =>
      fsckLog({ ...optionsFor(dataDir), community, signatures: createOneThreadChecker(verifier) }),
    async remove(): Promise<void> {
      for (const log of opened.splice(0)) await log.close()
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
    },
  }
}
