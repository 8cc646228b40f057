import { cp } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { encodeEvidenceMessage } from '#protocols/ledger/v1/announcement.ts'
import { decodeEvidence, encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { verifyEvidence } from '#src/ledger/committee/evidence-verify.ts'
import type { Submission } from '#src/ledger/committee/types.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { type Author, committeeWorld, type SeatStage } from '#test/support/committee-world.ts'
import { addEntry } from '#test/support/copies-world.ts'
import { community, furnish, must, rules, signerOf } from '#test/support/own-log-world.ts'
import { until } from '#test/support/stage-host.ts'

let world: ReturnType<typeof committeeWorld>
let author: Author
let seats: SeatStage[]
const NAMES = ['north', 'east', 'south', 'west']

beforeEach(async () => {
  world = committeeWorld()
  author = await world.author()
  seats = []
  for (const name of NAMES) seats.push(await world.seat(name))
  await world.meet(author.host, ...seats)
})
afterEach(() => world.remove())

const certificate = () => {
  const committee = author.registry.committee(community, 1)
  const read = verifyCertificate(
    { hasher, verifier },
    committee,
    { origin: originOf(community), community },
    author.log.certified(),
  )
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}

/** Something to certify, and a turn of the loop. */
async function batch(): Promise<void> {
  if (author.log.size() < 4) await furnish(author.log, world.clock.now)
  else await addEntry(author.log, world.clock.now)
  await author.sequencer.turn()
}
const seat = (n: number): SeatStage => seats[n] as SeatStage

describe('a committee of four seats', () => {
  it('certifies a batch at quorum, and the announcement carries the certificate', async () => {
    await batch()
    expect(certificate()).toMatchObject({ quorum: true, self: false })
    expect(certificate().weight).toBeGreaterThanOrEqual(3)
    expect(author.log.record(1)?.finality).toBe('final')
    const follower = world.copies(signerOf('follower'), author.registry)
    const accepted = await follower.logs.accept(community, author.said[0] as Uint8Array)
    expect(accepted).toMatchObject({ ok: true, value: { gap: false, news: true } })
    expect(follower.logs.record(community, 1)?.finality).toBe('final')
    expect(seat(0).copies.logs.holding(community, 'desk')).toBe(author.log.holding('desk'))
  })

  it('certifies with one seat down', async () => {
    await batch()
    await seat(3).stop()
    await batch()
    expect(certificate()).toMatchObject({ weight: 3, quorum: true })
    expect(author.log.record(author.log.signedSize() - 1)?.finality).toBe('final')
  })

  it('goes on without a certificate when two seats are down, and what waited is final when one is back', async () => {
    await batch()
    const certified = author.log.certified()
    await seat(2).stop()
    await seat(3).stop()
    await batch()
    await batch()
    expect(author.log.certified()).toBe(certified)
    expect(author.log.record(author.log.signedSize() - 2)?.finality).toBe('signed')
    const follower = world.copies(signerOf('follower'), author.registry)
    for (const message of author.said) await follower.logs.accept(community, message)
    const index = author.log.signedSize() - 2
    expect(follower.logs.record(community, index)?.finality).toBe('signed')
    const back = await world.seat('west')
    await world.meet(author.host, back)
    await author.sequencer.turn()
    expect(author.log.record(index)?.finality).toBe('final')
    expect(await follower.logs.accept(community, author.said.at(-1) as Uint8Array)).toMatchObject({
      ok: true,
      value: { added: 0, news: true },
    })
    expect(follower.logs.record(community, index)?.finality).toBe('final')
  })

  it('renews a head that missed its quorum, without any new order, once enough seats are back', async () => {
    await batch()
    await seat(2).stop()
    await seat(3).stop()
    await batch()
    const size = author.log.signedSize()
    world.clock.now += 60_000
    await author.sequencer.turn()
    // Two seats hold the head and sign it again; nobody is there for the rest of the quorum, so nothing is written.
    expect(author.log.signedSize()).toBe(size)
    const back = await world.seat('west')
    await world.meet(author.host, back)
    await author.sequencer.turn()
    expect(author.log.record(size - 1)?.finality).toBe('signed')
    await author.sequencer.turn()
    expect(author.log.signedSize()).toBe(size + 1)
    expect(author.log.record(size)?.kind).toBe('commit')
    expect(author.log.record(size - 1)?.finality).toBe('final')
    expect(certificate()).toMatchObject({ quorum: true })
    // Final heads are left alone.
    world.clock.now += 60_000
    await author.sequencer.turn()
    expect(author.log.signedSize()).toBe(size + 1)
    const follower = world.copies(signerOf('follower'), author.registry)
    for (const message of author.said) await follower.logs.accept(community, message)
    expect(follower.logs.record(community, size)?.finality).toBe('final')
  })

  it('brings a seat up that missed some batches', async () => {
    await batch()
    await seat(1).stop()
    for (let round = 0; round < 3; round++) await batch()
    const back = await world.seat('east')
    await world.meet(author.host, back)
    await batch()
    await author.sequencer.turn()
    await until(() => back.copies.auditor.head(community, null)?.size === author.log.signedSize())
    expect(back.copies.logs.holding(community, 'desk')).toBe(author.log.holding('desk'))
  })

  it('keeps the promise of a seat that was stopped: the same head again, and never another of its size', async () => {
    const shared = await forkedAfter(batch)
    await batch()
    const before = seat(0).copies.auditor.head(community, null)
    await seat(0).stop()
    const back = await world.seat('north')
    await world.meet(author.host, back)
    expect(back.copies.auditor.head(community, null)).toEqual(before)
    const honest = await submit(back, author.log.submission(shared.size))
    expect(honest).toMatchObject({ t: 'cosigned' })
    const { log } = shared.fork
    await addEntry(log, world.clock.now + 1)
    must(log.commit(1))
    expect(log.signedSize()).toBe(before?.size)
    expect(await submit(back, log.submission(shared.size))).toMatchObject({ t: 'refused', code: 'fork' })
    expect(back.copies.auditor.head(community, null)).toEqual(before)
  })

  it('turns a fork into evidence that convicts the community, wherever it is shown', async () => {
    const { size, fork } = await forkedAfter(batch)
    await batch()
    await batch()
    await addEntry(fork.log, world.clock.now + 1)
    must(fork.log.commit(1))
    const refused = await submit(seat(0), fork.log.submission(size))
    expect(refused).toMatchObject({ t: 'refused', code: 'fork' })
    const [evidence] = seat(0).found
    expect(evidence).toBeDefined()
    expect(seat(0).registry.ejected(community)).toBe(true)
    const read = must(decodeEvidence(evidence as Uint8Array))
    expect(must(verifyEvidence({ hasher, verifier, rules }, read)).guilty).toEqual([community])
    // Told by gossip, and offered over the audit protocol.
    const message = encodeEvidenceMessage(evidence as Uint8Array) as Uint8Array
    expect(must(await seat(1).copies.logs.accept(community, message)).news).toBe(true)
    expect(must(await seat(1).copies.logs.accept(community, message)).news).toBe(false)
    expect(await author.service.peers.offer(seat(2).key, evidence as Uint8Array)).toBe(false)
    expect(await author.service.peers.offer(seat(2).key, evidence as Uint8Array)).toBe(true)
    expect([1, 2].map(n => seat(n).registry.ejected(community))).toEqual([true, true])
    // The same breach in other bytes is nothing new.
    if (read.kind !== 'fork') throw new Error('a fork was found')
    const { first, second, divergence } = read
    const turned = divergence && { index: divergence.index, first: divergence.second, second: divergence.first }
    const other = encodeEvidence({ ...read, first: second, second: first, divergence: turned })
    expect(other).not.toEqual(evidence)
    expect(await author.service.peers.offer(seat(2).key, other)).toBe(true)
    const spoiled = (evidence as Uint8Array).slice()
    spoiled[spoiled.length - 1] = (spoiled.at(-1) ?? 0) ^ 1
    await expect(author.service.peers.offer(seat(3).key, spoiled)).rejects.toMatchObject({ code: 'peer-refused' })
    expect(seat(3).registry.ejected(community)).toBe(false)
  })
})

const submit = (to: SeatStage, submission: Submission) =>
  author.service.peers.submit(to.key, community, submission, 'cosign')

/** A second log of the same community that shares what `batch` brings: its folder copied, as a restored backup is. */
async function forkedAfter(batch: () => Promise<void>) {
  await batch()
  const size = author.log.signedSize()
  const folder = world.logs.folder()
  await cp(author.folder, folder, { recursive: true })
  return { size, fork: { log: world.logs.open(folder) } }
}
