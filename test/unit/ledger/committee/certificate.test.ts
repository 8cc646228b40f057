import { fromString } from 'uint8arrays/from-string'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { checkpointText, formatNote, keyIdOf, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { originOf, seatNameOf } from '#protocols/ledger/v1/origin.ts'
import { collectCosignatures, collectVotes, SEAT_LINES_MAX } from '#src/ledger/committee/collect.ts'
import { quorumOf } from '#src/ledger/committee/committee-for.ts'
import { cosignLine, voteLine } from '#src/ledger/committee/notes.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { verifyCertificate, verifyHandover } from '#src/ledger/committee/verify-certificate.ts'
import { testAuthor } from '#test/support/author.ts'

const ports = { hasher, verifier }
const log = testAuthor(100)
const origin = originOf(log.publicKey)
const text = checkpointText(origin, 7, new Uint8Array(32).fill(5))
const keyId = keyIdOf(data => hasher.sha256(data), origin, log.publicKey)
const note = formatNote(text, [{ name: origin, keyId, signature: log.sign(fromString(text)) }])
const seats = Array.from({ length: 22 }, (_, n) => testAuthor(n))

const committee = (total: number): Committee => ({
  epoch: 1,
  total,
  quorum: quorumOf(total),
  seats: seats
    .slice(0, total)
    .map(({ publicKey }) => ({ name: seatNameOf(publicKey), key: publicKey, operator: '', weight: 1 })),
})

const line = (n: number, seconds = 1_000 + n, what = text) => cosignLine(hasher, seats[n]!, what, seconds)
const judge = (total: number, what: string) => {
  const result = verifyCertificate(ports, committee(total), { origin, community: log.publicKey }, what)
  return result.ok ? result.value : result.error.code
}
const collected = (total: number, ns: readonly number[]) =>
  collectCosignatures(
    ports,
    committee(total),
    note,
    ns.map(n => line(n)),
  )

describe('a certificate', () => {
  it('reaches its quorum at 15 of 21 seats, within the 16 signatures of C2SP', () => {
    const all = collected(
      21,
      Array.from({ length: 21 }, (_, n) => n),
    )
    const parsed = parseCheckpoint(all.note)
    expect(parsed.ok && parsed.value.signatures.length).toBe(SEAT_LINES_MAX + 1)
    expect(judge(21, all.note)).toMatchObject({ quorum: true, weight: 15 })
    expect(
      judge(
        21,
        collected(
          21,
          Array.from({ length: 14 }, (_, n) => n),
        ).note,
      ),
    ).toMatchObject({ quorum: false })
  })

  it('counts no stranger, no seat twice, and no line that does not verify', () => {
    const lines = [line(0), line(0, 5_000), line(1, 1, checkpointText(origin, 8, new Uint8Array(32))), line(21)]
    const joined = collectCosignatures(ports, committee(4), note, lines)
    expect(joined).toMatchObject({ weight: 1, quorum: false })
    const raw = formatNote(text, [...(parse(note)?.signatures ?? []), ...lines])
    expect(judge(4, raw)).toMatchObject({ weight: 1, quorum: false })
  })

  it('says a time that most seats agree on', () => {
    expect(judge(7, collected(7, [0, 1, 2, 3, 4]).note)).toMatchObject({ notAfter: 1_002 })
  })

  it('needs the signature of the log itself', () => {
    const without = formatNote(text, [line(0), line(1), line(2)])
    expect(judge(4, without)).toBe('unsigned')
    expect(judge(4, note.replace('\n7\n', '\n8\n'))).toBe('bad-signature')
    expect(judge(4, 'nonsense')).toBe('malformed')
  })

  it('of a log that stands alone is its own signature, and says so', () => {
    expect(judge(1, note)).toMatchObject({ quorum: true, self: true, seats: [] })
  })
})

const parse = (what: string) => {
  const parsed = parseCheckpoint(what)
  return parsed.ok ? parsed.value : null
}

describe('a vote to hand over', () => {
  const votes = [0, 1, 2].map(n => voteLine(hasher, seats[n]!, text))

  it('is no cosignature, and a cosignature is no vote', () => {
    const handover = collectVotes(ports, committee(4), note, votes)
    expect(handover.quorum).toBe(true)
    expect(judge(4, handover.note)).toMatchObject({ weight: 0 })
    const certificate = collected(4, [0, 1, 2]).note
    const read = verifyHandover(ports, committee(4), { origin, community: log.publicKey }, certificate)
    expect(read.ok && read.value.weight).toBe(0)
  })

  it('counts at a quorum of the old committee', () => {
    const handover = collectVotes(ports, committee(4), note, votes)
    const read = verifyHandover(ports, committee(4), { origin, community: log.publicKey }, handover.note)
    expect(read.ok && read.value.quorum).toBe(true)
    expect(collectVotes(ports, committee(4), note, votes.slice(1)).quorum).toBe(false)
  })
})
