import { fromString } from 'uint8arrays/from-string'
import type { Fine } from '../rules.ts'
import { accountOf } from './accounts.ts'
import { standingIn, versionIn } from './agreement-slots.ts'
import { remaining } from './channels.ts'
import { balanceOf, bookOf } from './holdings.ts'
import { releaseKey } from './keys.ts'
import type { Machine } from './machine.ts'
import type { Head, Meta, Release } from './records.ts'
import type { Cell } from './state-map.ts'
import type { World } from './world.ts'

type Views = Pick<Machine, 'balance' | 'account' | 'channel' | 'agreement' | 'agreementOf' | 'balances'>

function* allBalances(world: World): Generator<{ holder: string; asset: string; amount: Fine }> {
  for (const { asset, holdings } of world.books.values())
    for (const [holder, { value }] of holdings)
      if (value !== undefined && value.amount !== 0n) yield { holder, asset, amount: value.amount }
  for (const { cell, holder } of world.channels.values()) {
    const left = cell.value === undefined ? 0n : remaining(cell.value)
    const book = cell.value === undefined ? undefined : world.books.get(cell.value.asset)
    if (left !== 0n && cell.value !== undefined && book !== undefined)
      yield { holder, asset: cell.value.asset, amount: left * book.unit }
  }
}

type Balance = ReturnType<typeof allBalances> extends Generator<infer T> ? T : never

const byHolder = (a: Balance, b: Balance): number => {
  if (a.holder !== b.holder) return a.holder < b.holder ? -1 : 1
  return a.asset < b.asset ? -1 : 1
}

const CHANNEL = /^chan:[0-9a-f]{64}$/

function channelBalance(world: World, holder: string, asset: string): Fine {
  if (!CHANNEL.test(holder)) return 0n
  const channel = world.channels.get(fromString(holder.slice(5), 'base16'))?.cell.value
  return channel?.asset === asset ? remaining(channel) * bookOf(world, asset).unit : 0n
}

/** What may be asked of a machine. */
export function createViews(world: World): Views {
  return {
    balance(holder, asset) {
      if (holder.startsWith('chan:')) return channelBalance(world, holder, asset)
      const book = world.books.get(asset)
      return book === undefined ? 0n : balanceOf(book, holder)
    },
    account(key) {
      const { id, record } = accountOf(world, key, (world.head.value as Head).lastAt)
      const { key: current, seq, next, guardians, threshold, delayMs } = record
      return { account: id, key: current, seq, next, guardians, threshold, delayMs }
    },
    channel(key) {
      const channel = world.channels.get(key)?.cell.value
      return channel === undefined ? null : { channel: key, ...channel }
    },
    agreement(hash) {
      const slot = world.agreements.get(hash)
      const record = slot?.cell.value
      if (slot === undefined || record === undefined) return null
      const parties = slot.compiled.parties.map(({ id, key }) => ({
        id,
        key,
        standing: standingIn(slot, id),
        account: world.registry.account(hash, id),
      }))
      const active = parties.every(({ id, key }) => key === null || record.signed.includes(id))
      return { hash: slot.hash, terms: record.terms, subject: slot.compiled.subject, parties, active }
    },
    agreementOf(release) {
      const cell = world.state.find(releaseKey(release)) as Cell<Release> | undefined
      return versionIn(cell?.value, (world.meta.value as Meta | undefined)?.period ?? '')
    },
    balances: () => [...allBalances(world)].sort(byHolder),
  }
}
