import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { frames } from '#node/p2p/stream/frames.ts'
import { signNote } from '#node/store/ledger/own/note.ts'
import { type AuditAnswer, type AuditRequest, decodeAnswer, encodeRequest } from '#protocols/audit/v1/codec.ts'
import { AUDIT_PROTOCOL, SUBMISSION_BYTES_MAX } from '#protocols/audit/v1/constants.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import type { Submission } from '#src/ledger/committee/types.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { type Author, committeeWorld, type SeatStage } from '#test/support/committee-world.ts'
import { addEntry } from '#test/support/copies-world.ts'
import { community, desk, furnish, must } from '#test/support/own-log-world.ts'

const FRAME = 2 * 1024 * 1024

let world: ReturnType<typeof committeeWorld>
let author: Author
let seat: SeatStage

beforeEach(async () => {
  world = committeeWorld()
  author = await world.author()
  seat = await world.seat('north')
  await world.meet(author.host, seat)
  await furnish(author.log, world.clock.now)
  must(author.log.commit(1))
})
afterEach(async () => {
  const stayed = author.host.getConnections(seat.host.peerId).map(connection => connection.status)
  await world.remove()
  // Whatever was sent, the connection is the same and open.
  expect(stayed).toEqual(['open'])
})

const submit = (submission: Submission) => author.service.peers.submit(seat.key, community, submission, 'cosign')
const head = () => seat.copies.auditor.head(community, null)

/** Raw frames on a stream of the protocol, and the answer; null when the stream was cut instead. */
async function send(...messages: Uint8Array[]): Promise<AuditAnswer | null> {
  const stream = await author.host.dialProtocol(seat.host.peerId, AUDIT_PROTOCOL)
  const io = frames(stream, { frameBytesMax: FRAME })
  try {
    for (const message of messages) await io.write(message)
    const frame = await io.read()
    return frame === null ? null : must(decodeAnswer(frame))
  } catch {
    return null
  } finally {
    await io.close()
  }
}

const header = (over: Partial<Extract<AuditRequest, { t: 'submit' }>> = {}): Uint8Array => {
  const { origin, from, note, consistency, entries } = author.log.submission(0)
  const count = entries.length
  const request = { t: 'submit', community, origin, intent: 'cosign', from, count, note, consistency } as const
  return encodeRequest({ ...request, handovers: [], closing: null, ...over })
}
const entriesOf = (entries: Uint8Array[]): Uint8Array => encodeRequest({ t: 'entries', entries })

/** A submission of other entries, which the community signs all the same. */
function signedOver(entries: Uint8Array[]): Submission {
  const range = entries.reduce((grown, entry) => extendRange(hasher, grown, leafHash(hasher, entry)), EMPTY_RANGE)
  const origin = originOf(community)
  const note = signNote({ hasher, signer: desk }, origin, range.size, rangeRoot(hasher, range))
  return { origin, from: 0, entries, note, consistency: [], handovers: [], closing: null }
}
const changed = (change: (entry: Entry) => Entry): Uint8Array[] =>
  author.log.submission(0).entries.map(bytes => encodeEntry(change(must(decodeEntry(bytes)))))

describe('a seat that is sent what no honest sequencer sends', () => {
  it('refuses a log of another network, and convicts nobody for it', async () => {
    const entries = changed(entry => (entry.kind === 'genesis' ? { ...entry, network: 'elsewhere' } : entry))
    expect(await submit(signedOver(entries))).toMatchObject({ t: 'refused', code: 'invalid-entry' })
    expect(head()).toBeNull()
    expect(seat.found).toEqual([])
    expect(await submit(author.log.submission(0))).toMatchObject({ t: 'cosigned' })
  })

  it('refuses a state root that is not what the entries lead to, keeps the proof, and ejects who signed it', async () => {
    const entries = changed(entry => (entry.kind === 'commit' ? { ...entry, stateRoot: new Uint8Array(32) } : entry))
    expect(await submit(signedOver(entries))).toMatchObject({ t: 'refused', code: 'wrong-state' })
    expect(head()).toBeNull()
    expect(seat.found).toHaveLength(1)
    expect(seat.registry.ejected(community)).toBe(true)
  })

  it('refuses an entry whose signature is false', async () => {
    const bytes = author.log.submission(0).entries.map(entry => entry.slice())
    const spoiled = bytes[2] as Uint8Array
    spoiled[spoiled.length - 1] = (spoiled.at(-1) ?? 0) ^ 1
    expect(await submit(signedOver(bytes))).toMatchObject({ t: 'refused', code: 'bad-signature' })
    expect(head()).toBeNull()
    expect(seat.found).toHaveLength(1)
    expect(await submit(author.log.submission(0))).toMatchObject({ t: 'cosigned' })
  })

  it('refuses entries that the note does not sign, and notes that are not signed', async () => {
    const given = author.log.submission(0)
    expect(await submit({ ...given, entries: given.entries.toReversed() })).toMatchObject({ code: 'bad-consistency' })
    expect(await submit({ ...given, entries: given.entries.slice(1) })).toMatchObject({ code: 'bad-consistency' })
    const unsigned = given.note.replace(/— .*\n/u, '— somebody AAAAAAAAAAA=\n')
    expect(await submit({ ...given, note: unsigned })).toMatchObject({ t: 'refused', code: 'bad-checkpoint' })
    expect(head()).toBeNull()
  })

  it('refuses a commit whose time is far off its clock', async () => {
    world.clock.now += 6_000
    expect(await submit(author.log.submission(0))).toMatchObject({ t: 'refused', code: 'time-off' })
    world.clock.now -= 6_000
    expect(await submit(author.log.submission(0))).toMatchObject({ t: 'cosigned' })
  })

  it('answers a replayed submission with the same head, and an older one with what it holds', async () => {
    const first = author.log.submission(0)
    expect(await submit(first)).toMatchObject({ t: 'cosigned' })
    const held = head()
    expect(await submit(first)).toMatchObject({ t: 'cosigned' })
    expect(head()).toEqual(held)
    await addEntry(author.log, world.clock.now)
    must(author.log.commit(1))
    expect(await submit(author.log.submission(held?.size ?? 0))).toMatchObject({ t: 'cosigned' })
    expect(await submit(first)).toMatchObject({ t: 'behind', size: author.log.signedSize() })
  })

  it("refuses a log that is submitted by another stage than its community's", async () => {
    const other = await world.seat('east')
    await world.meet(other.host, seat)
    for (const intent of ['cosign', 'close'] as const) {
      const answer = await other.service.peers.submit(seat.key, community, author.log.submission(0), intent)
      expect(answer).toMatchObject({ t: 'refused', code: 'unknown-log' })
      expect(head()).toBeNull()
    }
    // A head that everybody may read: nobody else has the log closed with it.
    expect(await submit(author.log.submission(0))).toMatchObject({ t: 'cosigned' })
    const closing = await other.service.peers.submit(seat.key, community, author.log.submission(0), 'close')
    expect(closing).toMatchObject({ t: 'refused', code: 'unknown-log' })
    expect(head()?.closed).toBe(false)
  })

  it('says so when a message is cut short, has another form, or brings more than it announced', async () => {
    const { entries } = author.log.submission(0)
    expect(await send(header().subarray(0, 60))).toMatchObject({ t: 'refused', code: 'bad-message' })
    expect(await send(Uint8Array.of(1, 2, 3))).toMatchObject({ t: 'refused', code: 'bad-message' })
    expect(await send(entriesOf([...entries]))).toMatchObject({ t: 'refused', code: 'bad-message' })
    expect(await send(header({ count: 2 }), entriesOf([...entries]))).toMatchObject({ code: 'bad-message' })
    expect(await send(header(), header())).toMatchObject({ t: 'refused', code: 'bad-message' })
    expect(head()).toBeNull()
  })

  it('reads no more of a submission than one may have', async () => {
    const large = new Uint8Array(65_535)
    const count = Math.ceil(SUBMISSION_BYTES_MAX / large.length) + 8
    const chunk = entriesOf(new Array(8).fill(large))
    const answer = await send(header({ count }), ...new Array(Math.ceil(count / 8)).fill(chunk))
    expect(answer).toMatchObject({ t: 'refused', code: 'bad-message' })
    expect(head()).toBeNull()
  })

  it('cuts a stream that sends a frame over the limit, or stops in the middle', async () => {
    expect(await send(new Uint8Array(FRAME))).toBeNull()
    const stream = await author.host.dialProtocol(seat.host.peerId, AUDIT_PROTOCOL)
    const io = frames(stream, { frameBytesMax: FRAME })
    await io.write(header())
    io.abort()
    expect(await submit(author.log.submission(0))).toMatchObject({ t: 'cosigned' })
  })

  it('tells a peer that asks too often to wait, then cuts the stream of one that floods', async () => {
    const stream = await author.host.dialProtocol(seat.host.peerId, AUDIT_PROTOCOL)
    const io = frames(stream, { frameBytesMax: FRAME })
    const said = new Set<string>()
    const ask = encodeRequest({ t: 'head', community, origin: null })
    const flood = async (): Promise<never> => {
      for (;;) {
        await io.write(ask)
        const frame = await io.read()
        const answer = frame === null ? null : must(decodeAnswer(frame))
        said.add(answer?.t === 'refused' ? answer.code : (answer?.t ?? 'end'))
        if (frame === null) throw new Error('the stream ended')
      }
    }
    await expect(flood()).rejects.toThrow()
    expect([...said]).toEqual(['head', 'busy'])
  })
})
