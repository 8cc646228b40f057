import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { useAccount } from './accounts.ts'
import { amountOf, bookOf, ownBook, post, postChannel } from './holdings.ts'
import { accountHolder, channelHolder, channelKey } from './keys.ts'
import type { ReadOrder } from './machine.ts'
import { payIn } from './pools.ts'
import type { Channel } from './records.ts'
import { refuse } from './refusal.ts'
import { channelCodec } from './values.ts'
import type { ChannelSlot, Run, World } from './world.ts'

export const channelSlot = (world: World, key: Uint8Array): ChannelSlot =>
  world.channels.ensure(key, own => {
    const hex = toText(own, 'base16')
    return { cell: world.state.cell(channelKey(hex), channelCodec), holder: channelHolder(hex) }
  })

/** Minor units that a channel still holds for its vouchers; one of a pool holds none, its fee is in the pool. */
export const remaining = (channel: Channel): bigint =>
  channel.open && channel.pool === 'direct' ? channel.deposit - channel.spent : 0n

export function openChannel(run: Run, order: ReadOrder, body: OrderBodies['value/channel-open']): void {
  const { world } = run
  const book = ownBook(world, body.asset)
  const amount = amountOf(book, body.deposit)
  if (body.expiry <= run.at) refuse('bad-expiry', 'the channel would have expired before it opened')
  if (world.channels.get(body.channel)?.cell.value !== undefined)
    refuse('channel-taken', 'a channel with this key was opened before; make a new key for each channel')
  const payer = useAccount(run, order)
  const { asset } = book
  const { pool, deposit, expiry } = body
  post(run, book, accountHolder(payer.hex), -amount, 'channel-open', '')
  const slot = channelSlot(world, body.channel)
  world.state.set(slot.cell, { payer: payer.id.slice(), asset, pool, deposit, spent: 0n, expiry, open: true })
  if (pool === 'direct') postChannel(run, book, slot.holder, amount, 'channel-open')
  else payIn(run, pool, book, payer.id, amount)
}

export function closeChannel(run: Run, order: ReadOrder, body: OrderBodies['value/channel-close']): void {
  const { world } = run
  const slot = world.channels.get(body.channel)
  const channel = slot?.cell.value
  if (slot === undefined || channel === undefined) refuse('unknown-channel', 'no channel with this key was opened here')
  const author = useAccount(run, order)
  const community = equals(author.id, world.community)
  if (!community && !equals(author.id, channel.payer))
    refuse('wrong-party', 'only its payer or the community may close a channel')
  if (!channel.open) refuse('channel-closed', 'this channel is closed already')
  if (!community && run.at <= channel.expiry)
    refuse('channel-open', 'a payer may close a channel once it has expired; until then its vouchers count')
  const book = bookOf(world, channel.asset)
  const rest = remaining(channel) * book.unit
  world.state.set(slot.cell, { ...channel, open: false })
  postChannel(run, book, slot.holder, -rest, 'channel-close')
  post(run, book, accountHolder(toText(channel.payer, 'base16')), rest, 'channel-close', '')
}
