import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { closeAtSeats } from '#node/stage/sequencer/closing-seats.ts'
import { createSequencer } from '#node/stage/sequencer.ts'
import { type Charter, encodeCharter } from '#protocols/ledger/v1/charter.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { decodeEvidence, type Evidence, encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { divergenceOf, doubleCosignEvidence, type History } from '#src/ledger/committee/evidence-build.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { type Author, committeeWorld, type SeatStage } from '#test/support/committee-world.ts'
import { addEntry, charterOf } from '#test/support/copies-world.ts'
import { community, furnish, must, type OwnLog, signerOf } from '#test/support/own-log-world.ts'
import { until } from '#test/support/stage-host.ts'

let world: ReturnType<typeof committeeWorld>
let author: Author
let seats: SeatStage[]

beforeEach(async () => {
  world = committeeWorld()
  author = await world.author()
  seats = []
  for (const name of ['north', 'east', 'south', 'west', 'new']) seats.push(await world.seat(name))
  await world.meet(author.host, ...seats)
  await furnish(author.log, world.clock.now)
  await author.sequencer.turn()
})
afterEach(() => world.remove())

/** The next charter: the last member of the first goes, another one comes. */
function nextCharter(): Charter {
  const first = charterOf()
  const newcomer = {
    community: signerOf('new').publicKey,
    name: 'New',
    operator: 'operator 9',
    stake: 100,
    address: null,
  }
  const members = [...first.members.slice(0, -1), newcomer]
  const previous = hasher.sha256(encodeCharter(first))
  return charterOf({ epoch: 2, previous, members, startsAt: first.startsAt + 1 })
}
const adoptAll = async (): Promise<void> => {
  for (const { registry } of [author, ...seats]) must(await registry.adopt(encodeCharter(nextCharter())))
}
const weightIn = (epoch: number): number =>
  must(
    verifyCertificate(
      { hasher, verifier },
      author.registry.committee(community, epoch),
      { origin: originOf(community), community },
      author.log.certified(),
    ),
  ).weight

const rootOf = (entries: readonly Uint8Array[]): Uint8Array =>
  rangeRoot(
    hasher,
    entries.reduce((range, entry) => extendRange(hasher, range, leafHash(hasher, entry)), EMPTY_RANGE),
  )

describe('a committee that changes', () => {
  it('is handed the log by the one before, and a newcomer checks everything from the beginning', async () => {
    expect(weightIn(1)).toBeGreaterThanOrEqual(3)
    await adoptAll()
    await addEntry(author.log, world.clock.now)
    await author.sequencer.turn()
    expect(author.copies.handovers.of(originOf(community))).toMatchObject([{ epoch: 2 }])
    expect(author.log.record(author.log.signedSize() - 2)?.finality).toBe('final')
    expect(weightIn(2)).toBeGreaterThanOrEqual(3)
    await addEntry(author.log, world.clock.now)
    await author.sequencer.turn()
    const newcomer = seats[4] as SeatStage
    // A quorum does not wait for the last of its seats.
    await until(() => newcomer.copies.auditor.head(community, null)?.size === author.log.signedSize())
    expect(newcomer.copies.logs.holding(community, 'desk')).toBe(author.log.holding('desk'))
    expect(newcomer.copies.auditor.head(community, null)).toMatchObject({ epoch: 2, handed: true })
  })

  it('does not certify before a quorum of the old one handed over', async () => {
    await adoptAll()
    await seats[0]?.stop()
    await seats[1]?.stop()
    await addEntry(author.log, world.clock.now)
    await author.sequencer.turn()
    expect(author.copies.handovers.of(originOf(community))).toEqual([])
    expect(author.log.record(author.log.signedSize() - 1)?.finality).toBe('signed')
    const back = await world.seat('north')
    must(await back.registry.adopt(encodeCharter(nextCharter())))
    await world.meet(author.host, back)
    await author.sequencer.turn()
    expect(author.copies.handovers.of(originOf(community))).toHaveLength(1)
    expect(author.log.record(author.log.signedSize() - 1)?.finality).toBe('final')
    expect(weightIn(2)).toBeGreaterThanOrEqual(3)
  })
})

/** A disk that knows of no handover. */
function noHandovers() {
  const kept: { readonly epoch: number; readonly note: string }[] = []
  return {
    of: (_: string) => kept,
    keep: (_: string, epoch: number, note: string) => void kept.push({ epoch, note }),
  }
}

describe('a log whose disk lost what the old committee handed over', () => {
  it('is voted for once more, and goes on', async () => {
    await adoptAll()
    await addEntry(author.log, world.clock.now)
    await author.sequencer.turn()
    await until(() => seats.filter(seat => seat.copies.auditor.head(community, null)?.handed).length >= 4)
    await author.sequencer.stop()
    const handovers = noHandovers()
    const { log, registry, service } = author
    const peers = service.peers
    const init = { own: community, log, registry, peers, handovers, hasher, verifier, clock: world.clock }
    const restored = createSequencer({ ...init, announce: () => {} })
    await addEntry(log, world.clock.now)
    await restored.turn()
    expect(handovers.of('')).toMatchObject([{ epoch: 2 }])
    expect(log.record(log.signedSize() - 1)?.finality).toBe('final')
    await restored.stop()
  })

  it('is closed at a head that nobody had handed over yet: the votes are collected first', async () => {
    await adoptAll()
    const [north, east] = seats
    await north?.stop()
    await east?.stop()
    await addEntry(author.log, world.clock.now)
    await author.sequencer.turn()
    await author.sequencer.stop()
    const { log, registry, service } = author
    const note = must(parseCheckpoint(log.checkpoint()))
    const commit = must(decodeEntry(log.entries(note.size - 1, 1)[0] as Uint8Array))
    if (commit.kind !== 'commit') throw new Error('a head ends with a commit')
    const copies = {
      entries: (_: Uint8Array, start: number, limit: number) => log.entries(start, limit),
      consistencyProof: (_: Uint8Array, from: number) => [...log.submission(from).consistency],
    }
    const handovers = noHandovers()
    const init = { own: community, copies, registry, peers: service.peers, handovers, hasher, verifier }
    const head = { origin: note.origin, size: note.size, root: note.root, note: log.checkpoint(), commit }
    expect(await closeAtSeats(init, head)).toMatchObject({ ok: false, error: { code: 'conflict' } })
    const back = await world.seat('north')
    must(await back.registry.adopt(encodeCharter(nextCharter())))
    await world.meet(author.host, back)
    expect(must(await closeAtSeats(init, head))).toHaveLength(3)
    expect(handovers.of('')).toMatchObject([{ epoch: 2 }])
  })
})

describe('a seat that cosigned two histories', () => {
  it('is convicted by its own two lines, and counts no more', async () => {
    const liar = seats[3] as SeatStage
    // The liar forgets what it signed: its file goes, its key stays.
    const shared = author.log.submission(0)
    const folder = world.logs.folder()
    const other = world.logs.open(folder)
    await furnish(other, world.clock.now)
    await addEntry(other, world.clock.now)
    must(other.commit(1))
    const first = await author.service.peers.submit(liar.key, community, shared, 'cosign')
    const forgetful = world.copies(signerOf('west'), liar.registry)
    const second = await forgetful.auditor.judge(community, other.submission(0))
    if (first.t !== 'cosigned' || second.line === undefined) throw new Error(JSON.stringify([first, second]))
    const notes = {
      community,
      first: `${shared.note}${first.line}\n`,
      second: `${other.submission(0).note}${second.line}\n`,
      divergence: null,
    }
    expect(must(parseCheckpoint(notes.first)).size).not.toBe(must(parseCheckpoint(notes.second)).size)
    // Order ids differ, so the histories part at the first order.
    const historyOf = (log: OwnLog): History => ({
      size: log.signedSize(),
      rootAt: size => rootOf(log.entries(0, size)),
      leafAt: index => leafHash(hasher, log.entries(index, 1)[0] as Uint8Array),
      prove: (index, size) => log.inclusion(index, size),
    })
    const divergence = divergenceOf(historyOf(author.log), historyOf(other))
    const [evidence] = doubleCosignEvidence({ hasher, verifier }, { ...notes, divergence })
    const bytes = encodeEvidence(evidence as Evidence)
    expect(await author.service.peers.offer((seats[0] as SeatStage).key, bytes)).toBe(false)
    const judge = seats[0] as SeatStage
    expect(judge.registry.ejected(liar.key)).toBe(true)
    expect(judge.registry.ejected(community)).toBe(false)
    expect(judge.registry.committee(community, 1).seats).toHaveLength(3)
    expect(must(decodeEvidence(judge.copies.logs.evidence(community)[0] as Uint8Array)).kind).toBe('double-cosign')
  })
})
