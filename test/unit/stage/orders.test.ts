import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReceiptRecord } from '#node/ports/community-log.ts'
import type { ReleaseRow, Views } from '#node/ports/views.ts'
import { createOrders } from '#node/stage/orders.ts'
import { readBody } from '#src/engagement/events.ts'
import { type LogFolder, logFolder, type OwnLog } from '#test/contract/community-log-world.ts'
import { BAND, community, fan, issueOrder, RELEASE, type TestOrder, tipOrder } from '#test/unit/ledger/world.ts'

let folder: LogFolder
let log: OwnLog
beforeEach(async () => {
  folder = await logFolder()
  log = folder.ownLog('own')
})
afterEach(() => folder.remove())

/** Orders on a stage that shows one release, of the given community. */
function deskWith(publisher: Uint8Array) {
  const written: ReceiptRecord[] = []
  const row = { community: publisher, manifest: { splits: BAND } } as unknown as ReleaseRow
  const views = { release: (id: string) => (id === RELEASE ? row : null) } as unknown as Views
  const orders = createOrders({ own: community, log, views, receiptWritten: record => written.push(record) })
  const execute = ({ id, envelope }: TestOrder) => {
    const known = readBody(envelope.type, envelope.body)
    if (!known.ok || known.value === null) throw new Error('not an order')
    return orders.execute({ id, envelope }, known.value)
  }
  return { execute, written }
}

describe('orders on a stage', () => {
  it('that come twice are paid once, announced once, and answered with the first receipt', () => {
    const { execute, written } = deskWith(community)
    expect(execute(issueOrder(1, 100n))).toEqual({ ok: true, value: 0 })
    const tip = tipOrder(1, 60n)
    expect(execute(tip)).toEqual({ ok: true, value: 1 })
    expect(execute(tip)).toEqual({ ok: true, value: 1 })
    expect(written.map(record => record.index)).toEqual([0, 1])
    expect(log.balance(fan.publicKey)).toBe(40n)
  })

  it('for a release of another community, or none, pay nobody', () => {
    const { execute } = deskWith(fan.publicKey)
    execute(issueOrder(1, 100n))
    expect(execute(tipOrder(1, 60n))).toMatchObject({ error: { code: 'not-found' } })
    expect(execute(tipOrder(2, 60n, fan, 'ff'.repeat(16)))).toMatchObject({ error: { code: 'not-found' } })
    expect(log.balance(fan.publicKey)).toBe(100n)
    expect(log.size()).toBe(1)
  })
})
