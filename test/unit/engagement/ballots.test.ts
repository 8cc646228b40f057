import fc from 'fast-check'
import { compare } from 'uint8arrays/compare'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { hasher, signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { countVotes, isVoteIncluded, proveVote, tallyVotes, votesRoot } from '#src/ballots/count.ts'
import { readBallot, readSigned, recount } from '#src/ballots/recount.ts'
import { leafHash, nodeHash } from '#src/ledger/merkle.ts'
import { signed } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const author = (n: number) => signerFromSeed(new Uint8Array(32).fill(n + 1))
const desk = author(0)
const people = [1, 2, 3, 4, 5, 6].map(author)
/** The last two are strangers to the ballot. */
const voters = people
  .slice(0, 4)
  .map(one => one.publicKey)
  .sort(compare)
const NOW_MS = 1_700_000_000_000
const CLOSES_MS = NOW_MS + 50
const ports = { hasher, verifier }

const ballotBytes = signed(desk, {
  type: 'engagement/ballot',
  community: desk.publicKey,
  seq: 1,
  at: NOW_MS,
  body: { room: 'main', question: 'Who books?', options: ['Ana', 'Ben', 'Cem'], closesAt: CLOSES_MS, voters },
})
const BALLOT = accepted(ballotBytes)
const RULES = readBallot(ports, BALLOT.id, ballotBytes)!
const OTHER = new Uint8Array(32).fill(9)

const vote = (by: typeof desk, seq: number, at: number, option: number, poll = BALLOT.id) =>
  signed(by, { type: 'engagement/vote', community: desk.publicKey, seq, at, body: { poll, option } })

const anyVote = fc.record({
  by: fc.integer({ min: 0, max: people.length - 1 }),
  seq: fc.integer({ min: 1, max: 6 }),
  at: fc.integer({ min: CLOSES_MS - 5, max: CLOSES_MS + 3 }),
  option: fc.integer({ min: 0, max: 3 }),
  other: fc.boolean(),
})
const cast = ({ by, seq, at, option, other }: typeof anyVote extends fc.Arbitrary<infer T> ? T : never) =>
  accepted(vote(people[by]!, seq, at, option, other && seq > 4 ? OTHER : BALLOT.id))
const keyOf = (bytes: Uint8Array) => asText(bytes, 'hex')

describe('a poll with named voters', () => {
  it('counts the last vote before closing of each voter named, in whatever order votes arrive', () => {
    fc.assert(
      fc.property(fc.array(anyVote, { maxLength: 25 }), fc.infiniteStream(fc.nat()), (drafts, noise) => {
        const votes = drafts.map(cast)
        const expected = new Map<string, { seq: number; id: string; option: number }>()
        for (const [n, { by, seq, at, option, other }] of drafts.entries()) {
          if (by > 3 || at > CLOSES_MS || option > 2 || (other && seq > 4)) continue
          const [who, id] = [keyOf(people[by]!.publicKey), keyOf(votes[n]!.id)]
          const best = expected.get(who)
          if (best === undefined || seq > best.seq || (seq === best.seq && id < best.id))
            expected.set(who, { seq, id, option })
        }
        const counted = countVotes(RULES, votes)
        expect(counted.map(one => [keyOf(one.envelope.author), one.option])).toEqual(
          [...expected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([who, { option }]) => [who, option]),
        )
        const ranks = [...votes].map(one => ({ one, rank: noise.next().value as number }))
        const shuffled = ranks.sort((a, b) => a.rank - b.rank).map(({ one }) => one)
        expect(votesRoot(hasher, countVotes(RULES, shuffled))).toEqual(votesRoot(hasher, counted))
      }),
      { numRuns: 60 },
    )
  })

  it('is counted alike by the stage, whatever was banned, and by anybody who recounts what the stage gives', () => {
    const ban = fc.record({ by: fc.integer({ min: 0, max: 3 }), on: fc.boolean() })
    fc.assert(
      fc.property(fc.array(anyVote, { maxLength: 20 }), fc.array(ban, { maxLength: 2 }), (drafts, bans) => {
        const { db, store, views } = storeInMemory()
        store.append(drafts.map(cast))
        store.append([BALLOT])
        const banned = new Set<string>()
        bans.forEach(({ by, on }, n) => {
          const target = people[by]!.publicKey
          banned[on ? 'add' : 'delete'](keyOf(target))
          const body = { action: on ? 'ban' : 'unban', target, reason: '' }
          store.append([
            accepted(
              signed(desk, { type: 'engagement/moderation', community: desk.publicKey, seq: 5 + n, at: NOW_MS, body }),
            ),
          ])
        })
        const row = views.ballot(BALLOT.id)!
        const counted = countVotes(row.rules, row.votes)
        const direct = countVotes(RULES, drafts.map(cast), one => banned.has(keyOf(one.envelope.author)))
        expect(counted.map(one => keyOf(one.id))).toEqual(direct.map(one => keyOf(one.id)))
        const shown = views.poll(BALLOT.id, people[5]!.publicKey, NOW_MS)
        const tally = tallyVotes(3, counted)
        expect(shown?.options.map(option => option.votes)).toEqual(tally)
        expect(shown).toMatchObject({ voters: 4, mayVote: false, mine: null })
        const votes = counted.map(one => one.envelope.bytes)
        const told = { poll: BALLOT.id, ballot: row.envelope, votes, tally, root: votesRoot(hasher, counted) }
        expect(recount(ports, told)?.length).toBe(counted.length)
        db.close()
      }),
      { numRuns: 30 },
    )
  })

  const full = countVotes(
    RULES,
    people.slice(0, 4).map((one, n) => accepted(vote(one, 1, NOW_MS, n % 3))),
  )
  const told = {
    poll: BALLOT.id,
    ballot: ballotBytes,
    votes: full.map(one => one.envelope.bytes),
    tally: tallyVotes(3, full),
    root: votesRoot(hasher, full),
  }

  it('has the root of RFC 6962 over its votes, and proves each of them', () => {
    const [a, b, c, d] = told.votes.map(bytes => leafHash(hasher, bytes))
    expect(told.root).toEqual(nodeHash(hasher, nodeHash(hasher, a!, b!), nodeHash(hasher, c!, d!)))
    for (const one of full) {
      const { index, proof } = proveVote(hasher, full, one.envelope.author)!
      const place = { envelope: one.envelope.bytes, index, size: 4, root: told.root, proof }
      expect(isVoteIncluded(hasher, place)).toBe(true)
      expect(isVoteIncluded(hasher, { ...place, index: (index + 1) % 4 })).toBe(false)
      expect(isVoteIncluded(hasher, { ...place, root: OTHER })).toBe(false)
      expect(isVoteIncluded(hasher, { ...place, proof: proof.slice(1) })).toBe(false)
      expect(isVoteIncluded(hasher, { ...place, proof: [OTHER, ...proof.slice(1)] })).toBe(false)
      expect(isVoteIncluded(hasher, { ...place, envelope: vote(people[0]!, 2, NOW_MS, 2) })).toBe(false)
    }
    expect(proveVote(hasher, full, people[5]!.publicKey)).toBeNull()
  })

  it('is not recounted to a tally that leaves out, adds, doubles or changes a vote', () => {
    expect(recount(ports, told)).toHaveLength(4)
    const votes = told.votes
    const forged = vote(people[0]!, 9, NOW_MS, 1)
    forged[forged.length - 1]! ^= 1
    const wrong = [
      { votes: votes.slice(1) },
      { votes: [...votes, vote(people[5]!, 1, NOW_MS, 0)] },
      { votes: [...votes, votes[0]!] },
      { votes: [forged, ...votes.slice(1)] },
      { votes: [...votes.slice(1), vote(people[0]!, 9, CLOSES_MS + 1, 1)] },
      { tally: told.tally.toReversed().map((n, at) => n + at) },
      { root: OTHER },
      { poll: OTHER },
      { ballot: votes[0]! },
    ]
    for (const change of wrong) expect(recount(ports, { ...told, ...change })).toBeNull()
    expect(readSigned(ports, forged)).toBeNull()
  })
})
