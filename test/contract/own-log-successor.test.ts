import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { stateAt, succeedLog } from '#node/store/ledger/own/succeed.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import {
  channel,
  community,
  fan,
  furnish,
  must,
  type OwnLog,
  ownLogFolders,
  tip,
  voucher,
} from '#test/support/own-log-world.ts'

const folders = ownLogFolders()
afterEach(() => folders.remove())

/** A closed head: the newest of a log that has a few entries and tiles. */
async function closedLog() {
  const folder = folders.folder()
  const log = folders.open(folder)
  await furnish(log)
  for (let at = 1n; at <= 260n; at++) must(await log.voucher(voucher(channel, at)))
  const { size } = must(log.commit(0)) ?? { size: 0 }
  const commit = must(decodeEntry(log.entries(size - 1, 1)[0] ?? new Uint8Array()))
  if (commit.kind !== 'commit') throw new Error('a signed head ends with a commit')
  const predecessor = { origin: originOf(community), size, root: log.root(), stateRoot: commit.stateRoot }
  const balances = [log.holding('desk'), log.balance(fan.publicKey)]
  await log.close()
  return { folder, predecessor, balances }
}

const certificate = Uint8Array.of(1, 2, 3)
const balancesOf = (log: OwnLog) => [log.holding('desk'), log.balance(fan.publicKey)]

describe('a successor log', () => {
  it('goes on with the state of the closed head, under its own origin, and keeps the old log beside it', async () => {
    const { folder, predecessor, balances } = await closedLog()
    const options = folders.optionsFor(folder)
    const state = must(stateAt(options, predecessor.size, predecessor.root))
    expect(must(succeedLog(options, { predecessor, certificate, state }))).toEqual({ origin: originOf(community, 2) })
    expect(readdirSync(folder)).toContain('ledger.generation-1.db')
    const log = folders.open(folder)
    expect(log.state().kind).toBe('running')
    expect(log.checkpoint().split('\n')[0]).toBe(originOf(community, 2))
    expect(balancesOf(log)).toEqual(balances)
    expect(must(decodeEntry(log.record(0)?.entry ?? new Uint8Array()))).toMatchObject({
      kind: 'genesis',
      generation: 2,
    })
    const made = tip(fan, 7n)
    expect(must(await log.order(made.envelope, made.id)).record.index).toBe(1)
    must(await log.voucher(voucher(channel, 300n)))
    must(log.commit(0))
    expect([log.submission(0).closing, log.submission(1).closing]).toEqual([certificate, null])
    await log.close()
    expect(await folders.fsck(folder)).toMatchObject({ fault: null, origin: originOf(community, 2), entries: 4 })
    const again = folders.open(folder)
    expect(balancesOf(again)[1]).toBe((balances[1] ?? 0n) - 7n)
  })

  it('is refused, and nothing changes, when the state is not that of the closed head', async () => {
    const { folder, predecessor } = await closedLog()
    const options = folders.optionsFor(folder)
    const state = must(stateAt(options, predecessor.size, predecessor.root))
    const poorer = state.filter(([key]) => !key.includes(Buffer.from(fan.publicKey).toString('hex')))
    expect(poorer.length).toBeLessThan(state.length)
    expect(succeedLog(options, { predecessor, certificate, state: poorer })).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    })
    expect(stateAt(options, predecessor.size, hasher.sha256(certificate))).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    })
    expect(stateAt(options, predecessor.size + 1, predecessor.root)).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    })
    expect(folders.open(folder).checkpoint().split('\n')[0]).toBe(predecessor.origin)
  })

  it('is opened by the next start when the process died between setting the old file aside and the new one in place', async () => {
    const { folder, predecessor, balances } = await closedLog()
    const options = folders.optionsFor(folder)
    const state = must(stateAt(options, predecessor.size, predecessor.root))
    must(succeedLog(options, { predecessor, certificate, state }))
    renameSync(join(folder, 'ledger.db'), join(folder, 'ledger.next.db'))
    const log = folders.open(folder)
    expect(balancesOf(log)).toEqual(balances)
    expect(log.checkpoint().split('\n')[0]).toBe(originOf(community, 2))
  })

  it('begins from a copy of the state where the own database is gone', async () => {
    const { folder, predecessor, balances } = await closedLog()
    const options = folders.optionsFor(folder)
    const state = must(stateAt(options, predecessor.size, predecessor.root))
    rmSync(join(folder, 'ledger.db'))
    expect(() => folders.open(folder)).toThrow(expect.objectContaining({ code: 'conflict' }))
    must(succeedLog(options, { predecessor, certificate, state }))
    expect(balancesOf(folders.open(folder))).toEqual(balances)
    expect(existsSync(join(folder, 'log', 'tile'))).toBe(false)
  })
})
