import { beforeEach, describe, expect, it } from 'vitest'
import { ok } from '#protocols/codec/result.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { closeStatement } from '#src/ledger/committee/closing.ts'
import { collectVotes } from '#src/ledger/committee/collect.ts'
import { quorumOf, selfCertified } from '#src/ledger/committee/committee-for.ts'
import { executionOf } from '#src/ledger/committee/execution.ts'
import { judgeClose, judgeSubmission, TIME_TOLERANCE_MS } from '#src/ledger/committee/judge.ts'
import { voteLine } from '#src/ledger/committee/notes.ts'
import { type JudgeInput, seatTree } from '#src/ledger/committee/seat-ports.ts'
import type { Committee, SeatAnswer, SeatHead, Submission } from '#src/ledger/committee/types.ts'
import { type Block, SimChains } from '#test/support/sim-ledger-chain.ts'
import { simHasher, simKey, simSigner, simVerifier } from '#test/support/sim-ledger-crypto.ts'
import { ISSUES, SIM_COMMUNITY, SIM_START_MS } from '#test/support/sim-ledger-orders.ts'
import {
  textOf,
  writeClosing,
  writeCommit,
  writeGenesis,
  writeNonsense,
  writeOrder,
} from '#test/support/sim-ledger-writer.ts'

const ports = { hasher: simHasher, verifier: simVerifier }
const [ONLY_OLD, BOTH, ONLY_NEW, STRANGER] = [10, 13, 16, 99]

const committee = (epoch: number, keys: readonly number[]): Committee => ({
  epoch,
  total: keys.length,
  quorum: quorumOf(keys.length),
  seats: keys.map(n => ({ name: '', key: simKey(n), operator: '', weight: 1 })),
})
const committees = [selfCertified(0), committee(1, [10, 11, 12, 13]), committee(2, [13, 14, 15, 16])]

let chains: SimChains
let genesis: Block
let first: Block
let now: number

beforeEach(() => {
  chains = new SimChains()
  now = SIM_START_MS
  genesis = writeGenesis(chains, now, null)
  chains.fault(genesis)
  first = writeCommit(chains, genesis, now, 1)
})

/** The next batch: one order, then the commit. */
function batch(on: Block, epoch = 1, nth = on.size, at = now): Block {
  const order = writeOrder(chains, on, ISSUES[nth]!, at)
  if (order === null) throw new Error('the order is valid')
  return writeCommit(chains, order, at, epoch)
}

interface Case {
  readonly seat?: number
  readonly copy?: Block | null
  readonly head?: SeatHead | null
  readonly change?: Partial<Submission>
  readonly input?: Partial<JudgeInput>
}

function judge(with_: typeof judgeSubmission, target: Block, { seat, copy = null, head = null, change, input }: Case) {
  const from = copy ?? chains.originNamed(target.origin)
  const submission = { ...chains.submission(target, Math.min(from.size, target.size)), ...change }
  const grown = () => submission.entries.reduce((block, bytes) => chains.append(block, bytes), from)
  const judging = {
    ...ports,
    tree: seatTree(simHasher, from.range, size => {
      const block = chains.at(from, size)
      return block === null ? null : chains.rootOf(block)
    }),
    execute: (index: number) => {
      const fault = chains.fault(grown())
      if (fault !== null) return { ok: false, error: fault } as const
      const entries = chains.path(grown(), index).map(({ entry }) => entry as Entry)
      return ok(executionOf(index, entries))
    },
    committeeOf: (epoch: number) => committees[epoch] ?? null,
  }
  return with_(judging, {
    community: SIM_COMMUNITY,
    seat: simKey(seat ?? BOTH),
    head,
    predecessor: null,
    submission,
    nowMs: now,
    epoch: 2,
    joined: 1,
    ...input,
  })
}

const submit = (target: Block, given: Case = {}): SeatAnswer => judge(judgeSubmission, target, given)
const close = (target: Block, given: Case = {}): SeatAnswer => judge(judgeClose, target, given)
const word = (answer: SeatAnswer): string => (answer.kind === 'refuse' ? answer.code : answer.kind)
const headOf = (answer: SeatAnswer): SeatHead => {
  if (!('head' in answer)) throw new Error(`${JSON.stringify(answer)} carries no head`)
  return answer.head
}

describe('a seat', () => {
  it('cosigns a log from its genesis on, batch by batch', () => {
    const head = headOf(submit(first))
    const second = batch(first)
    expect(submit(second, { head, copy: first })).toMatchObject({ kind: 'cosign', head: { size: 4, epoch: 1 } })
  })

  it('says where it stands when a batch does not follow on its head', () => {
    const [second, third] = [batch(first), batch(batch(first))]
    expect(submit(third, { change: { from: 4 } })).toEqual({ kind: 'behind', size: 0 })
    const head = headOf(submit(second))
    expect(submit(first, { head, copy: second })).toEqual({ kind: 'behind', size: 4 })
  })

  it('signs the head that it holds again, whatever its age', () => {
    const head = headOf(submit(first))
    expect(word(submit(first, { head, copy: first, input: { nowMs: now + 3_600_000 } }))).toBe('cosign')
  })

  it.each([TIME_TOLERANCE_MS + 1, -TIME_TOLERANCE_MS - 1])('refuses a commit whose time is %i ms off', off => {
    expect(word(submit(first, { input: { nowMs: now + off } }))).toBe('time-off')
    expect(word(submit(first, { input: { nowMs: now + off - Math.sign(off) } }))).toBe('cosign')
  })

  it('takes several batches in one submission, and measures the time of the last commit alone', () => {
    const input = { nowMs: now + 3_600_000 }
    expect(word(submit(first, { input }))).toBe('time-off')
    const both = batch(first, 1, first.size, input.nowMs)
    expect(submit(both, { input })).toMatchObject({ kind: 'cosign', head: { size: both.size } })
    const late = batch(first, 1, first.size, input.nowMs - TIME_TOLERANCE_MS - 1)
    expect(word(submit(late, { input }))).toBe('time-off')
  })

  it('takes another history for its size, or for an earlier one, for a fork', () => {
    const [one, other] = [writeCommit(chains, genesis, now, 1), writeCommit(chains, genesis, now + 1, 1)]
    const head = headOf(submit(one))
    expect(word(submit(other, { head, copy: one }))).toBe('fork')
    const more = batch(one)
    const higher = headOf(submit(more))
    expect(word(submit(other, { head: higher, copy: more }))).toBe('fork')
  })

  it('refuses a tree that does not grow out of its own, with whatever proof', () => {
    const [one, other] = [writeCommit(chains, genesis, now, 1), writeCommit(chains, genesis, now + 1, 1)]
    const head = headOf(submit(one))
    const next = batch(other, 1, other.size, now + 1)
    expect(word(submit(next, { head, copy: one }))).toBe('bad-consistency')
    expect(word(submit(next, { head, copy: one, change: { consistency: [] } }))).toBe('bad-consistency')
    expect(word(submit(batch(one), { change: { entries: [] } }))).toBe('bad-consistency')
  })

  it('refuses entries that the rules refuse, and a state that is another', () => {
    const order = writeOrder(chains, first, ISSUES[3]!, now)!
    expect(word(submit(writeNonsense(chains, order, now, 1, true)))).toBe('invalid-entry')
    expect(word(submit(writeNonsense(chains, order, now, 1, false)))).toBe('wrong-state')
    expect(word(submit(order))).toBe('invalid-entry')
  })

  it('refuses notes of other logs, unsigned notes, and those who hold no seat', () => {
    expect(word(submit(first, { input: { community: simKey(2) } }))).toBe('unknown-log')
    expect(word(submit(first, { change: { note: 'nonsense' } }))).toBe('bad-checkpoint')
    const note = chains.sign(first).replace('\n2\n', '\n3\n')
    expect(word(submit(first, { change: { note } }))).toBe('bad-signature')
    expect(word(submit(first, { seat: STRANGER }))).toBe('not-a-seat')
  })
})

describe('an epoch change', () => {
  let second: Block
  const handover = (head: Block, by = [10, 11, 12]): string =>
    collectVotes(
      ports,
      committees[1] as Committee,
      chains.sign(head),
      by.map(n => voteLine(simHasher, simSigner(simKey(n)), textOf(chains, head))),
    ).note

  beforeEach(() => {
    second = batch(first, 2)
  })

  it('is voted for by the old committee, and awaited by the new one', () => {
    expect(word(submit(second, { seat: ONLY_OLD }))).toBe('vote')
    expect(word(submit(second, { seat: BOTH }))).toBe('vote')
    expect(word(submit(second, { seat: ONLY_NEW }))).toBe('not-handed-over')
  })

  it('is cosigned by the new committee once a quorum of the old one voted for this history', () => {
    const change = { handovers: [handover(second)] }
    expect(word(submit(second, { seat: ONLY_NEW, change }))).toBe('cosign')
    expect(word(submit(second, { seat: BOTH, change }))).toBe('cosign')
    expect(word(submit(second, { seat: ONLY_OLD, change }))).toBe('not-a-seat')
    const third = batch(second, 2)
    expect(word(submit(third, { seat: ONLY_NEW, change }))).toBe('cosign')
  })

  it('is not handed over by fewer, by votes for another history, or for a head before it', () => {
    const other = batch(first, 2, 5)
    for (const note of [handover(second, [10, 11]), handover(other), handover(first)])
      expect(word(submit(second, { seat: ONLY_NEW, change: { handovers: [note] } }))).toBe('not-handed-over')
  })

  it('is remembered: later batches need no handover', () => {
    const head = headOf(submit(second, { seat: ONLY_NEW, change: { handovers: [handover(second)] } }))
    expect(word(submit(batch(second, 2), { seat: ONLY_NEW, head, copy: second }))).toBe('cosign')
  })

  it('is voted for again by those who saw the handover, when the log shows none', () => {
    const change = { handovers: [handover(second)] }
    const head = headOf(submit(second, { seat: BOTH, change }))
    expect(head.handed).toBe(true)
    const held = { seat: BOTH, head, copy: second }
    expect(word(submit(second, held))).toBe('vote')
    expect(word(submit(second, { ...held, change }))).toBe('cosign')
    expect(word(submit(second, { ...held, seat: ONLY_OLD }))).toBe('vote')
    expect(word(close(second, held))).toBe('close')
    expect(word(close(second, { ...held, seat: ONLY_OLD }))).toBe('vote')
  })

  it('never goes back or leaves one out, and begins where the community joined', () => {
    const head = headOf(submit(second, { seat: ONLY_OLD }))
    expect(word(submit(writeCommit(chains, genesis, now, 2)))).toBe('wrong-epoch')
    expect(word(submit(first, { input: { joined: null } }))).toBe('wrong-epoch')
    expect(word(submit(batch(second, 4), { head, copy: second }))).toBe('wrong-epoch')
    expect(word(submit(batch(second, 3), { head, copy: second }))).toBe('wrong-epoch')
    expect(word(submit(first, { input: { epoch: 3 } }))).toBe('wrong-epoch')
  })
})

describe('closing', () => {
  it('adopts the head that is named, however old, and ends all cosigning', () => {
    const answer = close(first, { input: { nowMs: now + 3_600_000 } })
    expect(answer).toMatchObject({ kind: 'close', head: { size: 2, closed: true } })
    const head = headOf(answer)
    expect(word(submit(batch(first), { head, copy: first }))).toBe('closed')
    expect(word(submit(first, { head, copy: first }))).toBe('closed')
    expect(word(close(batch(first), { head, copy: first }))).toBe('closed')
    expect(word(close(first, { head, copy: first }))).toBe('close')
  })

  it('is refused at a head below the one that is held, and by those who hold no seat', () => {
    const second = batch(first)
    const head = headOf(submit(second))
    expect(close(first, { head, copy: second })).toEqual({ kind: 'behind', size: 4 })
    expect(word(close(first, { seat: STRANGER }))).toBe('not-a-seat')
  })

  it('lets one successor begin, with the certificate and the state of the head that was closed', () => {
    const statements = [10, 11, 12].map(n =>
      closeStatement(simSigner(simKey(n)), { origin: first.origin, size: first.size, root: chains.rootOf(first) }),
    )
    chains.sign(first)
    const begun = writeGenesis(chains, now, first)
    expect(chains.fault(begun)).toBeNull()
    const head = writeCommit(chains, begun, now, 1)
    const closing = writeClosing(chains, first, statements)
    expect(word(submit(head, { change: { closing } }))).toBe('cosign')
    expect(word(submit(head))).toBe('not-closed')
    const few = writeClosing(chains, first, statements.slice(1))
    expect(word(submit(head, { change: { closing: few } }))).toBe('not-closed')
    const other = writeClosing(chains, writeCommit(chains, genesis, now + 1, 1), statements)
    expect(word(submit(head, { change: { closing: other } }))).toBe('not-closed')
  })

  it('lets no successor begin at another head than the one that was closed', () => {
    const other = writeCommit(chains, genesis, now + 1, 1)
    const statements = [10, 11, 12].map(n =>
      closeStatement(simSigner(simKey(n)), { origin: other.origin, size: other.size, root: chains.rootOf(other) }),
    )
    chains.sign(first)
    const head = writeCommit(chains, writeGenesis(chains, now, first), now, 1)
    const closing = writeClosing(chains, other, statements)
    expect(word(submit(head, { change: { closing } }))).toBe('not-closed')
  })

  it('takes no word of a log alone for the end of one that had auditors', () => {
    const audited = headOf(submit(first))
    const alone = writeCommit(chains, genesis, now, 0)
    chains.sign(alone)
    const head = writeCommit(chains, writeGenesis(chains, now, alone), now, 1)
    const change = { closing: writeClosing(chains, alone, []) }
    expect(word(submit(head, { change, input: { predecessor: audited } }))).toBe('not-closed')
    expect(word(submit(head, { change }))).toBe('cosign')
  })
})
