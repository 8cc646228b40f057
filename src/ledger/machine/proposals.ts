import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry, StreamEntry, Voucher } from '#protocols/ledger/v1/entry.ts'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import { REFUND_LINES_BYTES_MAX } from '#protocols/ledger/v1/limits.ts'
import { ENTRY_KIND_OF_ORDER } from '#protocols/ledger/v1/orders.ts'
import { NO_LEAF, newRun, tried } from './attempt.ts'
import { checkOrderTime, checkTime, executeOrder } from './execute.ts'
import { learnHead } from './heads.ts'
import { checkBalanced } from './holdings.ts'
import type { Machine, ReadOrder, ShownEntry } from './machine.ts'
import { buy, takeBack } from './purchases.ts'
import { readOrder } from './read-entry.ts'
import { pay, splitOf, takeVoucher } from './receipts.ts'
import { Refusal, refuse } from './refusal.ts'
import { netDebts, settleDebt } from './settlements.ts'
import { endTransfer, giveUp } from './transfer-end.ts'
import { type Arrival, answer, arrive, decline } from './transfer-in.ts'
import { sendTransfer } from './transfer-out.ts'
import type { Run, World } from './world.ts'

type Proposals = Pick<
  Machine,
  'fromOrder' | 'fromVoucher' | 'head' | 'transferIn' | 'transferEnd' | 'settlement' | 'netting'
>
type Show = (index: number) => ShownEntry | null

const nothingShown: Show = () => null

function showReceipt(show: Show, index: number): { receipt: Uint8Array; lines: Uint8Array } {
  const shown = show(index)
  if (shown === null) return refuse('unknown-receipt', 'this log has no such receipt to show')
  if (shown.lines.length > REFUND_LINES_BYTES_MAX)
    refuse('too-many-payees', 'this purchase was divided among more payees than one entry can take it back from')
  return { receipt: shown.entry, lines: shown.lines }
}

/** What an order comes to, beside the order itself. */
function orderedEntry(run: Run, read: ReadOrder, bytes: Uint8Array, show: Show): Entry {
  const { order } = read
  const { at } = run
  switch (order.type) {
    case 'value/tip':
    case 'value/gift': {
      const agreement =
        order.type === 'value/tip' ? pay(run, read, order, null, null) : buy(run, read, order, null, null)
      return { kind: 'receipt', at, agreement: agreement.slice(), split: splitOf(run, run.lines), order: bytes }
    }
    case 'value/transfer':
      return { kind: 'transfer-out', at, ...sendTransfer(run, read, order), order: bytes }
    case 'value/write-off':
      return { kind: 'write-off', at, back: giveUp(run, read, order), order: bytes }
    case 'value/refund': {
      const shown = showReceipt(show, order.receipt)
      takeBack(run, read, order, shown)
      return { kind: 'refund', at, ...shown, order: bytes }
    }
    default:
      executeOrder(run, read)
      return { kind: ENTRY_KIND_OF_ORDER[order.type], at, order: bytes } as Entry
  }
}

function orderEntry(run: Run, envelope: Envelope, show: Show): Entry {
  const { world, at } = run
  const read = readOrder(world.community, envelope)
  if (!read.ok) throw new Refusal(read.error.code, read.error.message)
  checkTime(world, ENTRY_KIND_OF_ORDER[read.value.order.type], at)
  checkOrderTime(read.value, at)
  return orderedEntry(run, read.value, envelope.bytes, show)
}

function voucherEntry(run: Run, voucher: Voucher, signature: Uint8Array): StreamEntry {
  takeVoucher(run, voucher, null)
  const { at } = run
  const { channel, cumulative, use, recording, agreement, reference } = voucher
  const split = splitOf(run, run.lines)
  return { kind: 'stream', at, channel, cumulative, use, recording, agreement, reference, split, signature }
}

/** What cannot be done is an outcome, too, as long as there is a transfer to answer. */
function transferInEntry(run: Run, shown: Arrival, declined: string | undefined): TransferInEntry {
  const { world, at } = run
  const arrived = arrive(run, shown)
  const { source, sequence, index, leaf, path } = shown
  const entry = { kind: 'transfer-in', at, source, sequence, index, leaf, path } as const
  if (declined !== undefined) return { ...entry, ...decline(run, arrived, declined) }
  const answered = tried(world, () => {
    const done = answer(run, arrived)
    checkBalanced(run)
    return done
  })
  if (answered.ok) return { ...entry, ...answered.value }
  run.postings.length = 0
  run.lines = []
  return { ...entry, ...decline(run, arrived, answered.error.code) }
}

/** Entries that something from outside becomes, tried in the state as it is; nothing of it stays. */
export function createProposals(world: World, size: () => number): Proposals {
  const propose = <T extends Entry>(kind: Entry['kind'] | null, at: number, work: (run: Run) => T) =>
    tried(world, () => {
      if (kind !== null) checkTime(world, kind, at)
      const run = newRun(world, size(), at, NO_LEAF)
      const entry = work(run)
      checkBalanced(run)
      return entry
    })
  return {
    fromOrder: (envelope, at, show = nothingShown) => propose(null, at, run => orderEntry(run, envelope, show)),
    fromVoucher: (voucher, signature, at) => propose('stream', at, run => voucherEntry(run, voucher, signature)),
    head: ({ note, commit, path, consistency }, at) =>
      propose('head', at, run => {
        const entry = { kind: 'head', at, note, commit, path, consistency } as const
        learnHead(run, entry)
        return entry
      }),
    transferIn: (shown, at, declined) => propose('transfer-in', at, run => transferInEntry(run, shown, declined)),
    transferEnd: ({ next, sequence, index, leaf, path }, at) =>
      propose('transfer-end', at, run => {
        const shown = { next, sequence, index, leaf, path }
        return { kind: 'transfer-end', at, ...shown, ...endTransfer(run, shown) }
      }),
    settlement: (note, at) =>
      propose('settle', at, run => {
        const entry = { kind: 'settle', at, note } as const
        settleDebt(run, entry)
        return entry
      }),
    netting: (document, at) =>
      propose('net', at, run => {
        const entry = { kind: 'net', at, document } as const
        netDebts(run, entry)
        return entry
      }),
  }
}
