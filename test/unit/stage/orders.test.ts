import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import type { LogRecord } from '#node/ports/ledger.ts'
import type { ReleaseRow, Views } from '#node/ports/views.ts'
import { createOrders } from '#node/stage/orders.ts'
import { ok } from '#protocols/codec/result.ts'
import { readBody } from '#src/engagement/events.ts'
import {
  channel,
  community,
  fan,
  furnish,
  issue,
  type Made,
  must,
  type OwnLog,
  openChannel,
  ownLogFolders,
  propose,
  RELEASE,
  tip,
  voucher,
} from '#test/support/own-log-world.ts'

const folders = ownLogFolders()
let ledger: OwnLog
beforeEach(() => {
  ledger = folders.open(folders.folder())
})
afterEach(() => folders.remove())

/** Orders on a stage that shows one release, of the given community. */
function deskWith(publisher: Uint8Array, agreed: (release: string) => Promise<void> = async () => {}) {
  const written: LogRecord[] = []
  const row = { community: publisher } as unknown as ReleaseRow
  const views = { release: (id: string) => (id === RELEASE ? row : null) } as unknown as Views
  const orders = createOrders({
    own: community,
    ledger,
    views,
    hasher,
    agreed,
    permitted: async () => ok(null),
    written: record => written.push(record),
  })
  const execute = ({ id, envelope }: Made) => {
    const known = readBody(envelope.type, envelope.body)
    if (!known.ok || known.value === null) throw new Error('not an order')
    return orders.execute({ id, envelope }, known.value)
  }
  return { execute, orders, written }
}

describe('orders on a stage', () => {
  it('that come twice are paid once, told once, and answered with the first promise', async () => {
    await furnish(ledger)
    const { execute, written } = deskWith(community)
    const paid = tip(fan, 60n)
    const first = must(await execute(paid))
    const again = must(await execute(paid))
    expect(again).toEqual({ ...first, known: true })
    expect(written.map(record => [record.kind, record.index])).toEqual([['tip', first.index]])
  })

  it('for a release of another community, or none, pay nobody', async () => {
    await furnish(ledger)
    const { execute } = deskWith(fan.publicKey)
    const before = ledger.size()
    expect(await execute(tip(fan, 60n))).toMatchObject({ error: { code: 'not-found' } })
    expect(ledger.size()).toBe(before)
  })

  it('for a release whose split is not in the log yet wait until it is', async () => {
    const granted = issue(fan.publicKey, 100n)
    must(await ledger.order(granted.envelope, granted.id))
    const proposal = propose()
    const { execute } = deskWith(community, async () => {
      must(await ledger.order(proposal.envelope, proposal.id))
    })
    expect((await execute(tip(fan, 60n))).ok).toBe(true)
    expect(ledger.balance(fan.publicKey)).toBe(40n)
  })

  it('take vouchers too, once each', async () => {
    await furnish(ledger)
    const { orders, written } = deskWith(community)
    must(await orders.executeVoucher(voucher(channel, 5n)))
    expect(must(await orders.executeVoucher(voucher(channel, 5n))).known).toBe(true)
    expect(written.map(record => [record.kind, record.amount])).toEqual([['stream', 5n]])
    expect(await orders.executeVoucher(Uint8Array.of(1, 2, 3))).toMatchObject({ error: { code: 'bad-envelope' } })
  })

  it('open no second channel with the same key', async () => {
    await furnish(ledger)
    const { execute, written } = deskWith(community)
    expect((await execute(openChannel(fan, channel, 5n))).ok).toBe(false)
    expect(written).toEqual([])
  })
})
