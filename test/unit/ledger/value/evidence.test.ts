import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { checkpointText, formatNote, keyIdOf, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { decodeEvidence, encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { verifyEvidence } from '#src/ledger/committee/evidence-verify.ts'
import { EMPTY_RANGE, extendRange } from '#src/ledger/compact-range.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { createRules } from '#src/royalties/rules.ts'
import { must } from '#test/support/ledger-writer.ts'
import { fanOf, growingTree, hexOf, openTown, type ValueLog } from '#test/support/value-logs.ts'

const ports = { hasher, verifier, rules: createRules({ hasher }) }

/** The payee's log, a payment that waits for its answer, and the entry that an honest sequencer writes. */
function asked() {
  const [a, b] = openTown(2) as [ValueLog, ValueLog]
  must(b.line(a, 1_000n))
  must(a.send(fanOf(0), b))
  must(b.learn(a))
  must(b.commit())
  const shown = b.show(a, a.places.asks.get(`${hexOf(b.community)}/1`) ?? -1)
  const honest = must(b.machine.transferIn({ source: a.community, sequence: 1, ...shown }, b.clock.at))
  return { b, honest }
}

/** What a seat can show of the batch that begins with the newest commit and ends with `written`, which the log signed. */
function shownBatch(b: ValueLog, written: readonly Entry[]): Uint8Array {
  const commit = b.machine.commit(b.clock.at, 0)
  const entries = [...b.entries, ...written.map(encodeEntry), encodeEntry(commit)]
  const [from, size, origin] = [b.entries.length - 1, entries.length, originOf(b.community)]
  const text = checkpointText(origin, size, growingTree(entries).root(size))
  const signature = b.desk.sign(fromString(text))
  const before = createMachine(b.init)
  for (const bytes of b.entries) must(before.apply(must(readEntry(hasher, b.community, bytes))))
  const grow = (range: typeof EMPTY_RANGE, bytes: Uint8Array) => extendRange(hasher, range, leafHash(hasher, bytes))
  return encodeEvidence({
    kind: 'invalid-transition',
    community: b.community,
    note: formatNote(text, [{ name: origin, keyId: keyIdOf(sha256, origin, b.community), signature }]),
    from,
    peaks: b.entries
      .slice(0, from)
      .reduce(grow, EMPTY_RANGE)
      .peaks.map(({ hash }) => hash),
    entries: entries.slice(from),
    snapshot: [...before.snapshot()],
  })
}

function judge(bytes: Uint8Array): string {
  const evidence = decodeEvidence(bytes)
  if (!evidence.ok) throw new Error(evidence.error.message)
  const judged = verifyEvidence(ports, evidence.value)
  return judged.ok ? judged.value.sentence : judged.error.code
}

describe('a log that certified a false answer to another one', () => {
  it('is convicted by the batch alone: the other log’s leaf and head are in it', () => {
    const { b, honest } = asked()
    const more = { ...honest, amount: honest.amount - 1n }
    expect(judge(shownBatch(b, [more]))).toMatch(/signed entry \d+ .*not valid \(executing the transfer again/)
    const elsewhere = { ...honest, index: honest.index - 1 }
    expect(judge(shownBatch(b, [elsewhere]))).toMatch(/does not stand in that log/)
  })

  it('is convicted of taking a head that its owner never signed', () => {
    const { b } = asked()
    const [other] = openTown(1) as [ValueLog]
    const head = other.signed()
    const read = parseCheckpoint(head.note)
    if (!read.ok) throw new Error(read.error.message)
    const { text, signatures } = read.value
    const note = formatNote(
      text,
      signatures.map(line => ({ ...line, signature: b.desk.sign(fromString(text)) })),
    )
    const entry: Entry = { kind: 'head', at: b.clock.at, note, commit: head.commit, path: head.path, consistency: [] }
    expect(judge(shownBatch(b, [entry]))).toMatch(/a signature in it does not verify/)
  })

  it('is not convicted of an honest one, nor of a refusal', () => {
    const { b, honest } = asked()
    const declined = must(b.machine.transferIn(honest, b.clock.at, 'declined'))
    const mark = b.machine.mark()
    for (const entry of [honest, declined]) {
      must(b.machine.apply(must(readEntry(hasher, b.community, encodeEntry(entry)))))
      const state = b.machine.commit(b.clock.at, 0)
      b.machine.rollback(mark)
      const commit = { ...b.machine, commit: () => state }
      expect(judge(shownBatch({ ...b, machine: commit as ValueLog['machine'] }, [entry]))).toBe('not-proven')
    }
  })
})
