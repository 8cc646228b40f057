import { afterEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createSignaturePool } from '#node/identity/threads/signature-pool.ts'
import type { Accepted } from '#node/ports/ledger.ts'
import { ackMessage, decodeAck } from '#protocols/ledger/v1/ack.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { verifyConsistency, verifyInclusion } from '#src/ledger/merkle-verify.ts'
import {
  channel,
  community,
  desk,
  fan,
  furnish,
  issue,
  must,
  NOW,
  ownLogFolders,
  RELEASE,
  signerOf,
  tip,
  voucher,
} from '#test/support/own-log-world.ts'

const folders = ownLogFolders()
afterEach(() => folders.remove())

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const said = ({ known, ack, record }: Accepted) => [known, hex(ack), record.index, hex(record.entry), record.lines]
const headOf = (note: string) => must(parseCheckpoint(note))

describe('the own log', () => {
  it('begins with a genesis and the signed head of the empty log', () => {
    const log = folders.open(folders.folder())
    expect(log.size()).toBe(1)
    expect(log.record(0)).toMatchObject({ kind: 'genesis', finality: 'accepted' })
    expect(headOf(log.checkpoint())).toMatchObject({ size: 0 })
    expect(log.certified()).toBe(log.checkpoint())
    expect(log.state()).toEqual({ kind: 'running', reason: null })
  })

  it('answers an order with a promise that its own key signed', async () => {
    const log = folders.open(folders.folder())
    await furnish(log)
    const made = tip(fan, 250n)
    const accepted = must(await log.order(made.envelope, made.id))
    expect(accepted).toMatchObject({ known: false, record: { index: 4, kind: 'tip', release: RELEASE, amount: 250n } })
    const ack = must(decodeAck(accepted.ack))
    expect(ack).toMatchObject({ index: 4, at: NOW, deadline: NOW + 10_000 })
    expect([hex(ack.id), hex(ack.leaf)]).toEqual([hex(made.id), hex(accepted.record.leafHash)])
    expect(verifier.verify(community, ackMessage(ack), ack.signature)).toBe(true)
    expect(accepted.record.lines.reduce((sum, line) => sum + line.amount, 0n)).toBe(2_500_000_000n)
  })

  it('executes an order once: sent again, also in the same batch or after a restart, it gets the first promise', async () => {
    const folder = folders.folder()
    const log = folders.open(folder)
    await furnish(log)
    const made = tip(fan, 250n)
    const [first, second] = await Promise.all([log.order(made.envelope, made.id), log.order(made.envelope, made.id)])
    const ticket = voucher(channel, 30n)
    const paid = must(await log.voucher(ticket))
    await log.close()
    const again = folders.open(folder)
    const third = must(await again.order(made.envelope, made.id))
    for (const repeated of [must(second), third]) expect(said(repeated)).toEqual([true, ...said(must(first)).slice(1)])
    expect(said(must(await again.voucher(ticket)))).toEqual([true, ...said(paid).slice(1)])
    expect(again.size()).toBe(log.size())
  })

  it('refuses with the code of the rule, and appends nothing', async () => {
    const log = folders.open(folders.folder())
    await furnish(log)
    const poor = tip(signerOf('poor'), 1n)
    expect(await log.order(poor.envelope, poor.id)).toMatchObject({
      ok: false,
      error: { code: 'insufficient-balance' },
    })
    const late = tip(fan, 1n, NOW - 2 * 3_600_000)
    expect(await log.order(late.envelope, late.id)).toMatchObject({ ok: false, error: { code: 'clock-off' } })
    const notDesk = issue(fan.publicKey, 5n)
    expect(await log.order(notDesk.envelope, poor.id)).toMatchObject({ ok: false, error: { code: 'bad-envelope' } })
    const forged = voucher(channel, 10n)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(await log.voucher(forged)).toMatchObject({ ok: false, error: { code: 'bad-signature' } })
    expect(await log.voucher(Uint8Array.of(1, 2))).toMatchObject({ ok: false, error: { code: 'bad-envelope' } })
    expect(log.size()).toBe(4)
  })

  it('signs a head over the commit leaf, and proves every entry under it', async () => {
    const log = folders.open(folders.folder())
    await furnish(log)
    expect(log.prove(1)).toBeNull()
    const signed = must(log.commit(0))
    expect(signed).toMatchObject({ size: 5, note: log.checkpoint() })
    expect(must(log.commit(0))).toBeNull()
    const { size, root } = headOf(log.checkpoint())
    for (let index = 0; index < size; index++) {
      const proven = log.prove(index)
      expect(proven?.finality).toBe('final')
      const leaf = proven?.leafHash ?? new Uint8Array()
      expect(verifyInclusion(hasher, { index, size, leaf, root, proof: proven?.proof ?? [] })).toBe(true)
    }
    const from = headOf(log.checkpoint())
    const made = tip(fan, 1n)
    must(await log.order(made.envelope, made.id))
    must(log.commit(0))
    const to = headOf(log.checkpoint())
    const proof = log.consistencyProof(from.size, to.size)
    const claim = { from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root, proof }
    expect(verifyConsistency(hasher, claim)).toBe(true)
    expect(log.submission(from.size)).toMatchObject({ from: 5, entries: log.entries(5, 10), note: log.checkpoint() })
  })

  it('is final when a quorum certified it, and keeps the cosignatures', async () => {
    const folder = folders.folder()
    const log = folders.open(folder)
    await furnish(log)
    const { size } = must(log.commit(3)) ?? { size: 0 }
    expect(log.record(1)?.finality).toBe('signed')
    const line = '— bandstand.example/seat AAAAAAAA\n'
    const note = log.certify(size, [line, line])
    expect(note.endsWith(line)).toBe(true)
    expect(note.split(line)).toHaveLength(2)
    expect([log.checkpoint(), log.certified()]).toEqual([note, note])
    expect(log.record(1)?.finality).toBe('final')
    await log.close()
    expect(folders.open(folder).certified()).toBe(note)
  })

  it('closes the month before it writes anything of the next one', async () => {
    const log = folders.open(folders.folder())
    await furnish(log)
    folders.clock.now = NOW + 40 * 86_400_000
    const made = tip(fan, 5n, folders.clock.now)
    must(await log.order(made.envelope, made.id))
    folders.clock.now += 40 * 86_400_000
    must(log.commit(0))
    must(await log.closePeriod())
    must(log.commit(0))
    folders.clock.now = NOW
    const kinds = log.entries(0, 100).map((_, index) => log.record(index)?.kind)
    expect(kinds.slice(4)).toEqual(['period-close', 'tip', 'period-close', 'commit', 'period-close', 'commit'])
  })

  it('goes on from a snapshot and the tail to the very same state', async () => {
    const folder = folders.folder()
    const log = folders.open(folder, { limits: { snapshotEvery: 20 } })
    await furnish(log)
    for (let at = 1n; at <= 300n; at++) {
      must(await log.voucher(voucher(channel, at)))
      if (at % 50n === 0n) must(log.commit(0))
    }
    const root = log.replica(0)
    await log.close()
    const again = folders.open(folder)
    expect(again.size()).toBe(log.size())
    for (const body of again.entries(0, 1_000)) expect(body).toBeDefined()
    expect(root.size).toBe(0)
    expect(again.holding('desk')).toBe(-10_000_000_000_000_000n)
    await again.close()
    expect(await folders.fsck(folder)).toMatchObject({ fault: null, entries: again.size() })
  })

  it('refuses as busy what does not fit the queue, and loses nothing of the rest', async () => {
    const log = folders.open(folders.folder(), { limits: { queueMax: 10, batchMax: 4 } })
    await furnish(log)
    const outcomes = await Promise.all(
      Array.from({ length: 25 }, (_, at) => log.voucher(voucher(channel, BigInt(at + 1)))),
    )
    const refused = outcomes.filter(outcome => !outcome.ok)
    expect(refused).toHaveLength(15)
    for (const outcome of refused) expect(outcome).toMatchObject({ error: { code: 'busy' } })
    expect(log.size()).toBe(4 + 10)
  })

  it('refuses only the forged one of many vouchers that another thread verifies, and keeps their order', async () => {
    const signatures = createSignaturePool({ verifier, threads: 1 })
    const log = folders.open(folders.folder(), { signatures })
    await furnish(log)
    const tickets = Array.from({ length: 100 }, (_, at) => voucher(channel, BigInt(at + 1)))
    const forged = tickets[40] ?? new Uint8Array()
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    const outcomes = await Promise.all(tickets.map(ticket => log.voucher(ticket)))
    await signatures.close()
    const indexes = outcomes.map(outcome => (outcome.ok ? outcome.value.record.index : outcome.error.code))
    const expected: (number | string)[] = Array.from({ length: 99 }, (_, at) => 4 + at)
    expect(indexes).toEqual(expected.toSpliced(40, 0, 'bad-signature'))
  })

  it('counts what only the desk may issue', async () => {
    const log = folders.open(folders.folder())
    const made = issue(desk.publicKey, 5n)
    must(await log.order(made.envelope, made.id))
    expect(log.balance(desk.publicKey)).toBe(5n)
  })
})
