import type { DatabaseSync } from 'node:sqlite'
import { MAY_VOTE } from './ballots.ts'
import { hex } from './projector.ts'
import { VISIBLE } from './visible.ts'

interface Ballot {
  readonly id: Uint8Array
  readonly community: Uint8Array
  /** Votes dated later do not count, ms. */
  readonly closesAt: number
  /** How many options there are: votes for any other do not count. */
  readonly options: number
}

interface Tally {
  /** Row of the newest vote, of any poll, that is counted in. */
  readonly upTo: number
  readonly votes: number[]
}

/** Polls whose votes are kept counted: more than all feeds together show. */
const TALLIES_MAX = 1_024
/** When more votes came than this, counting a poll again is as cheap as looking at each of them. */
const NEWER_MAX = 2_000

/** One vote a member: the highest sequence signed before closing; at one sequence the lower id. */
const COUNTED = `poll = ? AND community = ? AND at <= ? AND choice < ? AND ${VISIBLE('x')} AND ${MAY_VOTE('x')}`

/**
 * Counts polls. A poll is counted once, then vote by vote: the newest rows of `votes`, which only grows until a
 * rebuild, tell whose choice may have changed. Any moderation makes every poll be counted again.
 */
export function createPollTallies(db: DatabaseSync) {
  const count = db.prepare(
    `SELECT choice, count(*) AS votes FROM (
       SELECT choice, row_number() OVER (PARTITION BY author ORDER BY seq DESC, id) AS rank
       FROM votes AS x WHERE ${COUNTED}
     ) WHERE rank = 1 GROUP BY choice`,
  )
  const choice = db.prepare(
    `SELECT choice FROM votes AS x WHERE ${COUNTED} AND author = ? AND rowid <= ? ORDER BY seq DESC, id LIMIT 1`,
  )
  const newestVote = db.prepare('SELECT max(rowid) AS newest FROM votes')
  // The plus keeps the planner at the newest rows, instead of at all votes of the poll.
  const newVoters = db.prepare('SELECT DISTINCT author FROM votes WHERE rowid > ? AND +poll = ?')
  const newestEvent = db.prepare('SELECT max(position) AS newest FROM events')
  const moderated = db.prepare(
    `SELECT 1 FROM events WHERE position > ? AND type IN ('engagement/moderation', 'engagement/role', 'engagement/decision',
     'engagement/appeal', 'engagement/answer') LIMIT 1`,
  )
  const rowOf = (row: unknown): number => (row as { newest: number | null }).newest ?? 0
  const kept = new Map<string, Tally>()
  let looked = rowOf(newestEvent.get())

  const choiceOf = ({ id, community, closesAt, options }: Ballot, author: Uint8Array, upTo: number): number | null =>
    (choice.get(id, community, closesAt, options, author, upTo) as { choice: number } | undefined)?.choice ?? null

  const countAll = ({ id, community, closesAt, options }: Ballot): number[] => {
    const votes = new Array<number>(options).fill(0)
    for (const row of count.all(id, community, closesAt, options)) votes[Number(row.choice)] = Number(row.votes)
    return votes
  }

  const countNewer = (ballot: Ballot, known: Tally, upTo: number): number[] => {
    const votes = [...known.votes]
    for (const { author } of newVoters.all(known.upTo, ballot.id) as { author: Uint8Array }[]) {
      const [before, after] = [choiceOf(ballot, author, known.upTo), choiceOf(ballot, author, upTo)]
      if (before !== null) votes[before] = (votes[before] ?? 0) - 1
      if (after !== null) votes[after] = (votes[after] ?? 0) + 1
    }
    return votes
  }

  const forgetModerated = (): void => {
    const newest = rowOf(newestEvent.get())
    if (newest === looked) return
    if (moderated.get(looked) !== undefined) kept.clear()
    looked = newest
  }

  return {
    /** Votes for each option, in their order. */
    votes(ballot: Ballot): readonly number[] {
      forgetModerated()
      const key = hex(ballot.id)
      const known = kept.get(key)
      const upTo = rowOf(newestVote.get())
      if (known?.upTo === upTo) return known.votes
      const few = known !== undefined && upTo - known.upTo <= NEWER_MAX
      const votes = few ? countNewer(ballot, known, upTo) : countAll(ballot)
      if (kept.size >= TALLIES_MAX) kept.clear()
      kept.set(key, { upTo, votes })
      return votes
    },
    /** What this member's vote counts for; `null` when it counts for nothing. */
    choiceOf: (ballot: Ballot, author: Uint8Array): number | null => choiceOf(ballot, author, Number.MAX_SAFE_INTEGER),
    /** After a rebuild, when rows have new numbers. */
    forget: (): void => kept.clear(),
  }
}
