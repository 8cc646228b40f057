import { equals } from 'uint8arrays/equals'
import { STREAM_USES, type StreamEntry, type Voucher } from '#protocols/ledger/v1/entry.ts'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { splitOf as hashLines } from '#protocols/ledger/v1/split.ts'
import type { DivisionLine } from '../rules.ts'
import { useAccount } from './accounts.ts'
import { isInForce, slotOf, versionIn } from './agreement-slots.ts'
import { divide } from './division.ts'
import { amountOf, bookOf, fineOf, ownBook, post, postChannel, postLines } from './holdings.ts'
import { accountHolder, releaseKey } from './keys.ts'
import type { ReadOrder } from './machine.ts'
import { recordUse } from './pools.ts'
import type { Channel, Release } from './records.ts'
import { refuse } from './refusal.ts'
import type { Cell } from './state-map.ts'
import type { Run } from './world.ts'

export const splitOf = (run: Run, lines: readonly DivisionLine[]): Uint8Array => hashLines(run.world.sha256, lines)

/** A receipt says how it was divided; null while that is only asked for. */
function checkSplit(run: Run, split: Uint8Array | null): void {
  if (split !== null && !equals(split, splitOf(run, run.lines)))
    refuse('bad-split', 'executing the agreement again gives another division than the entry records')
}

const notInForce = (): never =>
  refuse(
    'not-in-force',
    'this agreement is not the one in force for that release; ask for the current one and sign again',
  )

/** The agreement that divides a payment for a release now. */
export function currentAgreement(run: Run, release: string): Uint8Array {
  const cell = run.world.state.find(releaseKey(release)) as Cell<Release> | undefined
  return (
    versionIn(cell?.value, run.period) ?? refuse('unknown-agreement', 'no agreement is in force for this release here')
  )
}

/** A payment for a release, and the word for what it is. */
export type Payment = Pick<OrderBodies['value/tip'], 'amount' | 'asset' | 'release'> & { readonly use: string }

/** A tip or a purchase: out of the payer's account, divided among the parties. */
export function pay(
  run: Run,
  order: ReadOrder,
  body: Payment,
  agreement: Uint8Array | null,
  split: Uint8Array | null,
): Uint8Array {
  const book = ownBook(run.world, body.asset)
  const amount = amountOf(book, body.amount)
  const payer = useAccount(run, order)
  const current = currentAgreement(run, body.release)
  if (agreement !== null && !equals(agreement, current)) {
    slotOf(run.world, agreement)
    notInForce()
  }
  run.lines = divide(run, slotOf(run.world, current), book, amount, body.use)
  checkSplit(run, split)
  post(run, book, accountHolder(payer.hex), -amount, body.use, '')
  postLines(run, book, run.lines)
  return current
}

/** What a voucher adds to what was spent, in minor units; the channel must be open and hold it. */
function spend(run: Run, channel: Channel, cumulative: bigint): bigint {
  if (!channel.open) refuse('channel-closed', 'this channel is closed; open another one')
  if (run.at > channel.expiry) refuse('channel-expired', 'this channel has expired; open another one')
  if (cumulative <= channel.spent) refuse('replayed', 'a voucher of this channel for as much or more was taken already')
  if (cumulative > channel.deposit)
    refuse('insufficient-balance', "the voucher is for more than the channel's deposit; open another channel")
  return cumulative - channel.spent
}

export function takeVoucher(run: Run, voucher: Voucher, split: Uint8Array | null): void {
  const { world } = run
  if (!STREAM_USES.includes(voucher.use)) refuse('bad-entry', 'a voucher is for a stream or a download')
  const slot = world.channels.get(voucher.channel)
  const channel = slot?.cell.value
  if (slot === undefined || channel === undefined) refuse('unknown-channel', 'no channel with this key was opened here')
  const delta = spend(run, channel, voucher.cumulative)
  const agreement = slotOf(world, voucher.agreement)
  const { subject } = agreement.compiled
  if (subject === null || !voucher.recording.startsWith(subject) || !isInForce(world, agreement, run.period))
    notInForce()
  const { payer, asset, pool, deposit, expiry } = channel
  const book = bookOf(world, asset)
  const amount = fineOf(book, delta)
  world.state.set(slot.cell, { payer, asset, pool, deposit, spent: voucher.cumulative, expiry, open: true })
  if (pool === 'direct') {
    run.lines = divide(run, agreement, book, amount, voucher.use)
    checkSplit(run, split)
    postChannel(run, book, slot.holder, -amount, voucher.use)
    postLines(run, book, run.lines)
  } else {
    recordUse(world, pool, book, payer, agreement, amount)
    checkSplit(run, split)
  }
}

export const stream = (run: Run, entry: StreamEntry): void => takeVoucher(run, entry, entry.split)
