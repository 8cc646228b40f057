import { equals } from 'uint8arrays/equals'
import type { LedgerFault, OwnLog } from '#node/ports/ledger.ts'
import type { HeldStream } from '#node/ports/streams.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, type Envelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import { decodeSignedVoucher, voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX } from '#src/engagement/admission.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { hex } from '../keys.ts'

export interface JudgeInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly verifier: Verifier
  readonly clock: Clock
}

const refuse = (code: LedgerFault['code'], message: string): Result<never, LedgerFault> => err({ code, message })

export const orderId = (hasher: Hasher, { type, payload }: Envelope): Uint8Array =>
  hasher.sha256(signedBytes(type, payload))

/** Whether a voucher will count when its session ends. `full`: nothing is left of the deposit after it. */
export function judgeVoucher(
  { own, ledger, verifier, clock }: JudgeInit,
  bytes: Uint8Array,
): Result<{ readonly held: HeldStream; readonly full: boolean }, LedgerFault> {
  const decoded = decodeSignedVoucher(bytes)
  if (!decoded.ok) return refuse('bad-envelope', `This is not a voucher: ${decoded.error.message}.`)
  const voucher = decoded.value
  if (!verifier.verify(voucher.channel, voucherBytes(own, voucher), voucher.signature))
    return refuse('bad-signature', 'The signature on this voucher is not by the key of its channel.')
  const channel = ledger.channel(voucher.channel)
  if (channel === null) return refuse('not-found', 'No channel with this key was opened here.')
  if (!channel.open) return refuse('conflict', 'This channel is closed. Press play to open another one.')
  if (clock.nowMs() > channel.expiry)
    return refuse('conflict', 'This channel has expired. Press play to open another one.')
  if (voucher.cumulative < channel.spent)
    return refuse('conflict', 'A voucher of this channel for more was taken already.')
  if (voucher.cumulative > channel.deposit)
    return refuse('insufficient-balance', 'The voucher is for more than was set aside. Nothing was charged for it.')
  const agreement = ledger.agreementOf(voucher.recording.slice(0, voucher.recording.indexOf('/')))
  if (agreement === null || !equals(agreement, voucher.agreement))
    return refuse('conflict', 'The people who made this changed their agreement. Press play again.')
  const held = {
    id: `chan:${hex(voucher.channel)}`,
    kind: 'voucher' as const,
    seq: 0,
    what: voucher.recording,
    amount: voucher.cumulative,
    bytes,
    heardAt: clock.nowMs(),
    written: voucher.cumulative === channel.spent,
  }
  return ok({ held, full: voucher.cumulative === channel.deposit })
}

/** Whether a growing transfer may be held: signed now by whoever has that much, and newer than what the ledger executed. */
export function judgeTransfer(
  { own, ledger, verifier, clock }: JudgeInit,
  bytes: Uint8Array,
): Result<HeldStream, LedgerFault> {
  const decoded = decodeEnvelope(bytes)
  if (!decoded.ok) return refuse('bad-envelope', `This is not a payment: ${decoded.error.message}.`)
  const { type, payload, signature, author, community, seq, at, body } = decoded.value
  const read = readOrder(type, body)
  if (!read.ok || read.value.type !== 'value/transfer' || read.value.use !== 'stream')
    return refuse('bad-envelope', 'Only a payment for playing grows while it is played.')
  if (!equals(community, own)) return refuse('not-for-you', 'This payment is addressed to another community.')
  if (!verifier.verify(author, signedBytes(type, payload), signature))
    return refuse('bad-signature', 'The signature does not match the author and the content.')
  const now = clock.nowMs()
  if (at > now + CLOCK_AHEAD_MS_MAX || at < now - CLOCK_BEHIND_MS_MAX)
    return refuse('clock-off', 'The clock of this device is off by minutes. Set it and press play again.')
  const { account, key, seq: last } = ledger.account(author)
  if (!equals(key, author)) return refuse('bad-signature', 'This key was replaced by a newer one.')
  if (seq <= last) return refuse('conflict', 'A newer payment of yours was made already.')
  const { amount, payee } = read.value
  if (amount > ledger.balance(account)) return refuse('insufficient-balance', 'Your credit here does not cover this.')
  return ok({
    id: `acct:${hex(account)}`,
    kind: 'transfer',
    seq,
    what: payee,
    amount,
    bytes,
    heardAt: now,
    written: false,
  })
}
