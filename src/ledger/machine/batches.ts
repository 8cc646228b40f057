import { concat } from 'uint8arrays/concat'
import { toString as toText } from 'uint8arrays/to-string'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { leafHash } from '../merkle.ts'
import { verifyInclusion } from '../merkle-verify.ts'
import { useAccount } from './accounts.ts'
import { amountOf, bookOf, fineOf, issuedBook, post } from './holdings.ts'
import { accountHolder, batchKey, codesHolder, DESK } from './keys.ts'
import { byCommunity } from './lines.ts'
import type { ReadOrder } from './machine.ts'
import { refuse } from './refusal.ts'
import type { Cell } from './state-map.ts'
import { batchCodec } from './value-codecs.ts'
import type { Batch } from './value-records.ts'
import type { Run, World } from './world.ts'

/** A batch's place in the state, and whose balance its unused codes are. */
export interface BatchSlot {
  readonly cell: Cell<Batch>
  readonly holder: string
}

export const batchSlot = (world: World, id: Uint8Array): BatchSlot =>
  world.batches.ensure(id, own => {
    const hex = toText(own, 'base16')
    return { cell: world.state.cell(batchKey(hex), batchCodec), holder: codesHolder(hex) }
  })

function batchOf(world: World, id: Uint8Array): { slot: BatchSlot; batch: Batch } {
  const slot = world.batches.get(id)
  const batch = slot?.cell.value
  return slot === undefined || batch === undefined
    ? refuse('unknown-batch', 'this community issued no such voucher codes')
    : { slot, batch }
}

const isUsed = ({ used }: Batch, serial: number): boolean => (((used[serial >> 3] as number) >> (serial & 7)) & 1) === 1

function withUsed(batch: Batch, serials: readonly number[]): Batch {
  const used = batch.used.slice()
  for (const serial of serials) used[serial >> 3] = (used[serial >> 3] as number) | (1 << (serial & 7))
  return { ...batch, used }
}

/** Voucher codes are worth something from here on: the desk owes it to whoever shows one first. */
export function issueBatch(run: Run, order: ReadOrder, body: OrderBodies['value/batch']): void {
  const { world } = run
  byCommunity(run, order)
  const { root, count, amount, expiry } = body
  const book = issuedBook(world, body.asset)
  amountOf(book, amount)
  const whole = fineOf(book, amount * BigInt(count))
  if (expiry <= run.at) refuse('bad-expiry', 'the codes would have expired before they were issued')
  if (world.batches.get(body.batch)?.cell.value !== undefined)
    refuse('batch-taken', 'a batch of this name was issued before; make a new name for each batch')
  useAccount(run, order)
  const slot = batchSlot(world, body.batch)
  const used = new Uint8Array(Math.ceil(count / 8))
  world.state.set(slot.cell, { root: root.slice(), count, amount, asset: book.asset, expiry, used })
  post(run, book, DESK, -whole, 'batch', '')
  post(run, book, slot.holder, whole, 'batch', '')
}

/** SHA-256(0x00 || serial, 4 bytes big-endian || secret). */
function codeLeaf(world: World, serial: number, secret: Uint8Array): Uint8Array {
  const bytes = concat([Uint8Array.of(0, 0, serial >> 8, serial & 0xff), secret])
  return leafHash(world.hasher, bytes)
}

/** Whoever shows a code's secret first has its value. */
export function redeemCode(run: Run, order: ReadOrder, body: OrderBodies['value/code']): void {
  const { world } = run
  const account = useAccount(run, order)
  const { slot, batch } = batchOf(world, body.batch)
  const { serial, secret, path: proof } = body
  const { root, count: size } = batch
  if (!verifyInclusion(world.hasher, { index: serial, size, leaf: codeLeaf(world, serial, secret), root, proof }))
    refuse('code-unknown', 'this community did not issue this code; look whether it was read correctly')
  if (isUsed(batch, serial)) refuse('code-used', 'this code was redeemed or revoked before')
  if (run.at > batch.expiry) refuse('code-expired', 'this code has expired; ask the community about it')
  world.state.set(slot.cell, withUsed(batch, [serial]))
  const book = bookOf(world, batch.asset)
  const amount = fineOf(book, batch.amount)
  post(run, book, slot.holder, -amount, 'code', '')
  post(run, book, accountHolder(account.hex), amount, 'code', '')
}

/** Codes that nobody redeemed are worth nothing from here on: those named, or, when none is, all. */
export function revokeBatch(run: Run, order: ReadOrder, body: OrderBodies['value/batch-revoke']): void {
  const { world } = run
  byCommunity(run, order)
  const { slot, batch } = batchOf(world, body.batch)
  const all = Array.from({ length: batch.count }, (_, serial) => serial)
  const serials = body.serials.length > 0 ? body.serials : all.filter(serial => !isUsed(batch, serial))
  if (serials.some(serial => serial >= batch.count)) refuse('code-unknown', 'the batch has no code of that number')
  if (serials.length === 0 || serials.some(serial => isUsed(batch, serial)))
    refuse('code-used', 'a code that was redeemed or revoked before cannot be revoked')
  useAccount(run, order)
  world.state.set(slot.cell, withUsed(batch, serials))
  const book = bookOf(world, batch.asset)
  const whole = fineOf(book, batch.amount * BigInt(serials.length))
  post(run, book, slot.holder, -whole, 'batch-revoke', '')
  post(run, book, DESK, whole, 'batch-revoke', '')
}
