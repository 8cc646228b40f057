import { describe, expect, it } from 'vitest'
import { codeLeafBytes } from '#protocols/value/v1/card.ts'
import { inclusionProof, leafHash, type NodeReader, nodeHash, rootAt } from '#src/ledger/merkle.ts'
import { codeOf, nobleHasher as hasher, must } from '#test/support/ledger-writer.ts'
import { seeded } from '#test/support/seeded.ts'
import { CENT, fanOf, hexOf, openTown, type ValueLog } from '#test/support/value-logs.ts'

const COUNT = 5
const random = seeded(7)
const SECRETS = Array.from({ length: COUNT }, () => random.bytes(10))
const read: NodeReader = (level, index) =>
  level === 0
    ? leafHash(hasher, codeLeafBytes(index, SECRETS[index] as Uint8Array))
    : nodeHash(hasher, read(level - 1, 2 * index), read(level - 1, 2 * index + 1))
const ROOT = rootAt(hasher, read, COUNT)
const BATCH = random.bytes(32)

const batch = (log: ValueLog, more: { batch?: Uint8Array; amount?: bigint; expiry?: number } = {}) =>
  log.order(log.desk, 'value/batch', {
    batch: BATCH,
    root: ROOT,
    count: COUNT,
    amount: 20n,
    asset: log.asset,
    expiry: log.clock.at + 1_000,
    ...more,
  })
const redeem = (log: ValueLog, serial: number, by = fanOf(0), secret = SECRETS[serial] as Uint8Array) =>
  log.order(by, 'value/code', { batch: BATCH, serial, secret, path: inclusionProof(hasher, read, serial, COUNT) })
const revoke = (log: ValueLog, ...serials: number[]) =>
  log.order(log.desk, 'value/batch-revoke', { batch: BATCH, serials })
const left = (log: ValueLog) => log.machine.balance(`codes:${hexOf(BATCH)}`, `TEST/2/${hexOf(log.community)}`)

function printed(): ValueLog {
  const [log] = openTown(1) as [ValueLog]
  must(batch(log))
  return log
}

describe('voucher codes', () => {
  it('are worth their amount once, to whoever shows the secret first', () => {
    const log = printed()
    expect(left(log)).toBe(100n * CENT)
    must(redeem(log, 4))
    expect([log.holds(fanOf(0).publicKey), left(log)]).toEqual([10_020n * CENT, 80n * CENT])
    expect(codeOf(redeem(log, 4))).toBe('code-used')
    expect(codeOf(redeem(log, 4, fanOf(1)))).toBe('code-used')
    for (const serial of [0, 1, 2, 3]) must(redeem(log, serial, fanOf(1)))
    expect(left(log)).toBe(0n)
  })

  it('cannot be made up: another secret, another number, another batch or another path', () => {
    const log = printed()
    expect(codeOf(redeem(log, 0, fanOf(0), SECRETS[1]))).toBe('code-unknown')
    const path = inclusionProof(hasher, read, 0, COUNT)
    const [secret] = SECRETS as [Uint8Array]
    const send = (more: object) => log.order(fanOf(0), 'value/code', { batch: BATCH, serial: 0, secret, path, ...more })
    expect(codeOf(send({ serial: 1 }))).toBe('code-unknown')
    expect(codeOf(send({ serial: 900 }))).toBe('code-unknown')
    expect(codeOf(send({ path: [...path, ROOT] }))).toBe('code-unknown')
    expect(codeOf(send({ path: [] }))).toBe('code-unknown')
    expect(codeOf(send({ batch: ROOT }))).toBe('unknown-batch')
  })

  it('are worth nothing in another community’s log', () => {
    const [log, other] = openTown(2) as [ValueLog, ValueLog]
    must(batch(log))
    expect(codeOf(redeem(other, 0))).toBe('unknown-batch')
  })

  it('count until their time, to the millisecond', () => {
    const log = printed()
    log.clock.at += 1_000
    must(redeem(log, 0))
    log.clock.at += 1
    expect(codeOf(redeem(log, 1))).toBe('code-expired')
  })

  it('are revoked by the desk, one by one or all that are left, also after their time', () => {
    const log = printed()
    must(redeem(log, 0))
    must(revoke(log, 1, 2))
    expect([codeOf(redeem(log, 1)), left(log)]).toEqual(['code-used', 40n * CENT])
    expect(codeOf(revoke(log, 0))).toBe('code-used')
    expect(codeOf(revoke(log, 5))).toBe('code-unknown')
    log.clock.at += 5_000
    must(revoke(log))
    expect(left(log)).toBe(0n)
    expect(codeOf(revoke(log))).toBe('code-used')
  })

  it('are issued by the community, under a new name, for something, and in time', () => {
    const log = printed()
    expect(codeOf(batch(log))).toBe('batch-taken')
    expect(codeOf(batch(log, { batch: ROOT, amount: 0n }))).toBe('zero-amount')
    expect(codeOf(batch(log, { batch: ROOT, amount: 1n << 40n }))).toBe('amount-overflow')
    expect(codeOf(batch(log, { batch: ROOT, expiry: log.clock.at }))).toBe('bad-expiry')
    const body = { batch: ROOT, root: ROOT, count: 1, amount: 1n, asset: log.asset, expiry: log.clock.at + 9 }
    expect(codeOf(log.order(fanOf(0), 'value/batch', body))).toBe('not-the-desk')
    expect(codeOf(log.order(fanOf(0), 'value/batch-revoke', { batch: BATCH, serials: [] }))).toBe('not-the-desk')
  })
})
