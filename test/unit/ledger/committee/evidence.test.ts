import { beforeEach, describe, expect, it } from 'vitest'
import { type Ack, ackMessage, encodeAck } from '#protocols/ledger/v1/ack.ts'
import { formatNote, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEvidence, type Evidence, encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import {
  brokenPromiseEvidence,
  divergenceOf,
  doubleCosignEvidence,
  forkEvidence,
  type History,
} from '#src/ledger/committee/evidence-build.ts'
import { verifyEvidence } from '#src/ledger/committee/evidence-verify.ts'
import { cosignLine } from '#src/ledger/committee/notes.ts'
import { inclusionProof, nodeHash } from '#src/ledger/merkle.ts'
import { type Block, SimChains } from '#test/support/sim-ledger-chain.ts'
import { simHasher, simKey, simSigner, simVerifier } from '#test/support/sim-ledger-crypto.ts'
import { ISSUES, SIM_COMMUNITY, SIM_START_MS, simRules } from '#test/support/sim-ledger-orders.ts'
import { writeCommit, writeGenesis, writeNonsense, writeOrder } from '#test/support/sim-ledger-writer.ts'

const ports = { hasher: simHasher, verifier: simVerifier, rules: simRules }
const SEAT = simKey(10)

let chains: SimChains
let first: Block

beforeEach(() => {
  chains = new SimChains()
  const genesis = writeGenesis(chains, SIM_START_MS, null)
  chains.fault(genesis)
  first = writeCommit(chains, genesis, SIM_START_MS, 1)
})

const order = (on: Block, n: number, at = SIM_START_MS): Block => {
  const next = writeOrder(chains, on, ISSUES[n]!, at)
  if (next === null) throw new Error('the order is valid')
  return next
}
const batch = (on: Block, n: number, at = SIM_START_MS): Block => writeCommit(chains, order(on, n, at), at, 1)

function history(block: Block): History {
  const leaves = chains.path(block, 0).map(({ leaf }) => leaf)
  const read = (level: number, index: number): Uint8Array =>
    level === 0 ? leaves[index]! : nodeHash(simHasher, read(level - 1, 2 * index), read(level - 1, 2 * index + 1))
  return {
    size: block.size,
    rootAt: size => chains.rootOf(size === 0 ? chains.origin(1) : chains.at(block, size)!),
    leafAt: index => leaves[index]!,
    prove: (index, size) => inclusionProof(simHasher, read, index, size),
  }
}

/** The note with the cosignature of a seat. */
function cosigned(block: Block, seat = SEAT): string {
  const parsed = parseCheckpoint(chains.sign(block))
  if (!parsed.ok) throw new Error('a note of our own')
  const line = cosignLine(simHasher, simSigner(seat), parsed.value.text, 1_790_000_000)
  return formatNote(parsed.value.text, [...parsed.value.signatures, line])
}

/** What a stranger with no network makes of the file. */
function judge(evidence: Evidence, rules = simRules) {
  const decoded = decodeEvidence(encodeEvidence(evidence))
  if (!decoded.ok) throw new Error(decoded.error.message)
  const result = verifyEvidence({ ...ports, rules }, decoded.value)
  return result.ok ? result.value : result.error.code
}

const two = (one: Block, other: Block, note: (block: Block) => string = block => chains.sign(block)) => ({
  community: SIM_COMMUNITY,
  first: note(one),
  second: note(other),
  divergence: one.size === other.size ? null : divergenceOf(history(one), history(other)),
})

describe('a fork', () => {
  it('convicts a community of two histories of one size, and of different sizes', () => {
    const [one, other] = [batch(first, 1), batch(first, 2)]
    expect(judge(forkEvidence(two(one, other)))).toMatchObject({ guilty: [SIM_COMMUNITY], log: true })
    const conviction = judge(forkEvidence(two(one, batch(other, 3))))
    expect(conviction).toMatchObject({ sentence: expect.stringContaining('differ at entry 2') })
  })

  it('is none where one history begins with the other', () => {
    const one = batch(first, 1)
    const other = batch(one, 2)
    expect(divergenceOf(history(one), history(other))).toBeNull()
    expect(judge(forkEvidence(two(one, other)))).toBe('not-proven')
    expect(judge(forkEvidence(two(one, one)))).toBe('not-proven')
    const leaf = { leaf: one.leaf, proof: [] }
    expect(judge({ ...forkEvidence(two(one, other)), divergence: { index: 0, first: leaf, second: leaf } })).toBe(
      'not-proven',
    )
    const same = (block: Block) => ({ leaf: history(block).leafAt(0), proof: history(block).prove(0, block.size) })
    const shared = { index: 0, first: same(one), second: same(other) }
    expect(judge({ ...forkEvidence(two(one, other)), divergence: shared })).toBe('not-proven')
  })

  it('needs the signature of the community on both notes', () => {
    const [one, other] = [batch(first, 1), batch(first, 2)]
    const forged = chains.sign(other).replace('\n4\n', '\n5\n')
    expect(judge({ ...forkEvidence(two(one, other)), second: forged })).toBe('unsigned')
    expect(judge({ ...forkEvidence(two(one, other)), community: simKey(2) })).toBe('unsigned')
  })
})

describe('a double cosignature', () => {
  it('convicts the seat whose line stands on two histories, and nobody else', () => {
    const notes = two(batch(first, 1), batch(first, 2), cosigned)
    const [evidence, ...more] = doubleCosignEvidence(ports, notes)
    expect(more).toEqual([])
    expect(judge(evidence!)).toMatchObject({ guilty: [SEAT], log: false })
    expect(judge({ ...evidence!, seat: simKey(11) })).toBe('unsigned')
  })

  it('is none when the seat followed one history', () => {
    const one = batch(first, 1)
    const [evidence] = doubleCosignEvidence(ports, two(one, batch(one, 2), cosigned))
    expect(judge(evidence!)).toBe('not-proven')
  })
})

describe('an invalid transition', () => {
  const evidenceOf = (head: Block, base: Block | null, note = cosigned(head)): Evidence => ({
    kind: 'invalid-transition',
    community: SIM_COMMUNITY,
    note,
    from: base === null ? 0 : base.size - 1,
    peaks: base === null ? [] : base.parent!.range.peaks.map(({ hash }) => hash),
    entries: chains.path(head, base === null ? 0 : base.size - 1).map(({ bytes }) => bytes),
    snapshot: base === null ? [] : [...chains.machine(base).snapshot()],
  })

  it.each([true, false])('convicts the log and every seat that cosigned it (overdraft: %s)', overdraw => {
    const base = batch(batch(first, 1), 2)
    const head = writeNonsense(chains, order(base, 3), SIM_START_MS, 1, overdraw)
    expect(judge(evidenceOf(head, base))).toMatchObject({ guilty: [SIM_COMMUNITY, SEAT], log: true })
    expect(judge(evidenceOf(head, null))).toMatchObject({ guilty: [SIM_COMMUNITY, SEAT] })
    expect(judge(evidenceOf(head, base, chains.sign(head)))).toMatchObject({ guilty: [SIM_COMMUNITY] })
  })

  it('is none when the batch is valid', () => {
    const base = batch(first, 1)
    const head = batch(base, 2)
    expect(judge(evidenceOf(head, base))).toBe('not-proven')
    expect(judge(evidenceOf(head, null))).toBe('not-proven')
  })

  it('convicts nobody by a state that an accuser puts under a genesis', () => {
    const head = batch(first, 1)
    const evidence = evidenceOf(head, null) as Extract<Evidence, { kind: 'invalid-transition' }>
    expect(judge({ ...evidence, snapshot: [...chains.machine(first).snapshot()] })).toBe('not-proven')

    const state = [...chains.machine(head).snapshot()]
    chains.sign(head)
    const genesis = writeGenesis(chains, SIM_START_MS, head)
    const successor = evidenceOf(writeCommit(chains, genesis, SIM_START_MS, 1), null)
    const shown = (snapshot: [string, Uint8Array][]) => judge({ ...(successor as typeof evidence), snapshot })
    expect(shown([])).toBe('not-proven')
    expect(shown([...chains.machine(first).snapshot()].map(([key, value]) => [key, value]))).toBe('not-proven')
    const late = Uint8Array.from([0x83, 0x00, 0x1b, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x18, 0x63])
    expect(shown(state.map(([key, value]) => [key, key === '~head' ? late : value]))).toBe('not-proven')
  })

  it.each([
    ['holding/A/x/y/desk', '890000000000000000'],
    ['holding/TEST/99/y/desk', '890000000000000000'],
    ['holding//', '890000000000000000'],
    [`paid/pro-rata/A/x/y/${'0'.repeat(64)}`, '820000'],
    ['agreement/x', '83400080'],
    ['__proto__', '00'],
    ['meta', '85'],
  ])('answers a fault for a state with the key %s', (key, value) => {
    const base = batch(first, 1)
    const evidence = evidenceOf(batch(base, 2), base) as Extract<Evidence, { kind: 'invalid-transition' }>
    const bytes = Uint8Array.from(value.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
    expect(judge({ ...evidence, snapshot: [[key, bytes]] })).toBe('not-proven')
  })

  it('convicts nobody on entries, a state or rules that are not the ones that were signed', () => {
    const base = batch(first, 1)
    const head = writeNonsense(chains, order(base, 3), SIM_START_MS, 1, true)
    const evidence = evidenceOf(head, base) as Extract<Evidence, { kind: 'invalid-transition' }>
    expect(judge({ ...evidence, entries: evidence.entries.slice(0, -1) })).toBe('not-proven')
    expect(judge({ ...evidence, peaks: [] })).toBe('not-proven')
    expect(judge({ ...evidence, snapshot: [...chains.machine(first).snapshot()] })).toBe('not-proven')
    expect(judge(evidence, { ...simRules, hash: new Uint8Array(32).fill(9) })).toBe('not-proven')
  })
})

describe('a broken promise', () => {
  const ackOf = (block: Block): Ack => {
    const promised = {
      origin: block.origin,
      id: new Uint8Array(32).fill(1),
      index: block.size - 1,
      leaf: block.leaf,
      at: SIM_START_MS,
      deadline: SIM_START_MS + 10_000,
    }
    return { ...promised, signature: simSigner(SIM_COMMUNITY).sign(ackMessage(promised)) }
  }
  const shown = (head: Block) => ({
    community: SIM_COMMUNITY,
    note: chains.sign(head),
    size: head.size,
    leafAt: history(head).leafAt,
    prove: (index: number) => history(head).prove(index, head.size),
    commit: { bytes: head.bytes, at: head.entry?.at ?? 0 },
  })

  it('is proven by another entry at the promised place', () => {
    const evidence = brokenPromiseEvidence(ackOf(order(first, 1)), shown(batch(first, 2)))
    expect(judge(evidence!)).toMatchObject({ guilty: [SIM_COMMUNITY], log: true })
  })

  it('is proven by a log that is too short after the deadline', () => {
    const promised = order(order(order(first, 1), 2), 3)
    const late = batch(first, 4, SIM_START_MS + 10_001)
    expect(judge(brokenPromiseEvidence(ackOf(promised), shown(late))!)).toMatchObject({ log: true })
  })

  it('is none while it is kept, or can be', () => {
    const promised = order(first, 1)
    expect(brokenPromiseEvidence(ackOf(promised), shown(writeCommit(chains, promised, SIM_START_MS, 1)))).toBeNull()
    expect(brokenPromiseEvidence(ackOf(promised), shown(first))).toBeNull()
    const early = brokenPromiseEvidence(ackOf(promised), {
      ...shown(first),
      commit: { bytes: first.bytes, at: SIM_START_MS + 20_000 },
    })
    expect(judge(early!)).toBe('not-proven')
  })

  it('is none when the entry stands where it was promised, however late the last commit is', () => {
    const promised = order(first, 1)
    const late = shown(writeCommit(chains, promised, SIM_START_MS + 60_000, 1))
    const ack = ackOf(promised)
    const breach = { how: 'missing' as const, commit: late.commit.bytes, proof: late.prove(late.size - 1) }
    const accused = {
      kind: 'broken-promise' as const,
      community: SIM_COMMUNITY,
      ack: encodeAck(ack),
      note: late.note,
      breach,
    }
    expect(judge(accused)).toBe('not-proven')
  })

  it('is none by a commit of the very millisecond of the deadline', () => {
    const promised = order(order(order(first, 1), 2), 3)
    const onTime = shown(batch(first, 4, SIM_START_MS + 10_000))
    const breach = { how: 'missing' as const, commit: onTime.commit.bytes, proof: onTime.prove(onTime.size - 1) }
    const ack = encodeAck(ackOf(promised))
    expect(judge({ kind: 'broken-promise', community: SIM_COMMUNITY, ack, note: onTime.note, breach })).toBe(
      'not-proven',
    )
  })

  it('needs an ack that the community signed', () => {
    const evidence = brokenPromiseEvidence(ackOf(order(first, 1)), shown(batch(first, 2)))!
    const ack = encodeAck({ ...ackOf(order(first, 1)), index: 3 })
    expect(judge({ ...evidence, ack })).toBe('unsigned')
  })
})
