import { sha256 } from '@noble/hashes/sha2.js'
import type { Promised } from '#protocols/ledger/v1/ack.ts'
import { ackMessage, encodeAck } from '#protocols/ledger/v1/ack.ts'
import { type Charter, charterMessage, encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { checkpointText, formatNote, keyIdOf, type NoteSignature } from '#protocols/ledger/v1/checkpoint.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import type { History } from '#src/ledger/committee/evidence-build.ts'
import { cosignLine, voteLine } from '#src/ledger/committee/notes.ts'
import { readRange } from '#src/ledger/compact-range.ts'
import { inclusionProof, leafHash, rootAt } from '#src/ledger/merkle.ts'
import { memoryTree } from '#src/royalties/statements/memory-tree.ts'
import { type TestAuthor, testAuthor } from '../author.ts'
import { createLedgerWriter, nobleHasher as hasher, type LedgerWriter, must, NOON } from '../ledger-writer.ts'

export const desk = testAuthor(1)
export const community = desk.publicKey
export const origin = originOf(community)
export const SECONDS = NOON / 1_000

/** Seats of the examples, one operator each, and the federation's charter. */
export const seats = [61, 62, 63, 64].map(testAuthor) as [TestAuthor, TestAuthor, TestAuthor, TestAuthor]

const compare = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)

export function charterOf(
  members: readonly (readonly [by: TestAuthor, operator: string, stake: number])[],
  more: Partial<Charter> = {},
): Uint8Array {
  const sorted = [...members].sort((a, b) => compare(a[0].publicKey, b[0].publicKey))
  const charter: Charter = {
    network: 'bandstand',
    epoch: 1,
    previous: null,
    seats: 21,
    members: sorted.map(([by, operator, stake]) => ({
      community: by.publicKey,
      name: operator,
      operator,
      stake,
      address: null,
    })),
    startsAt: NOON,
    ...more,
  }
  const message = charterMessage(charter)
  const signatures = sorted.map(([by]) => ({ key: by.publicKey, signature: by.sign(message) }))
  return encodeSignedCharter({ charter, signatures })
}

/** A log that its community writes: one batch, and then whatever a branch adds. */
export function branch(...added: readonly ((log: LedgerWriter) => void)[]): LedgerWriter {
  const log = createLedgerWriter({ at: NOON })
  must(log.genesis())
  must(log.issue(testAuthor(2).publicKey, 1_000n))
  must(log.append(log.machine.commit(log.clock.at, 1)))
  for (const add of added) {
    add(log)
    must(log.append(log.machine.commit(log.clock.at, 1)))
  }
  return log
}

export const pay =
  (account: number, amount: bigint, later = 0) =>
  (log: LedgerWriter): void => {
    log.clock.at += later
    must(log.issue(testAuthor(account).publicKey, amount))
  }

const leavesOf = (entries: readonly Uint8Array[]): Uint8Array[] => entries.map(entry => leafHash(hasher, entry))

export function historyOf(entries: readonly Uint8Array[]): History {
  const leaves = leavesOf(entries)
  const read = memoryTree(hasher, leaves)
  return {
    size: entries.length,
    rootAt: size => rootAt(hasher, read, size),
    leafAt: index => leaves[index] ?? new Uint8Array(0),
    prove: (index, size) => inclusionProof(hasher, read, index, size),
  }
}

/** Complete subtrees of the first `size` leaves, tallest first. */
export const peaksOf = (entries: readonly Uint8Array[], size: number): Uint8Array[] =>
  readRange(memoryTree(hasher, leavesOf(entries)), size).peaks.map(({ hash }) => hash)

interface Signers {
  readonly by?: TestAuthor
  readonly cosigned?: readonly TestAuthor[]
  readonly voted?: readonly TestAuthor[]
  readonly more?: readonly NoteSignature[]
}

/** A signed head over entries. */
export function noteOver(
  entries: readonly Uint8Array[],
  { by = desk, cosigned = [], voted = [], more = [] }: Signers = {},
): string {
  const { size, rootAt: root } = historyOf(entries)
  const text = checkpointText(origin, size, root(size))
  const bytes = new TextEncoder().encode(text)
  const own = { name: origin, keyId: keyIdOf(sha256, origin, community), signature: by.sign(bytes) }
  return formatNote(text, [
    own,
    ...cosigned.map((seat, n) => cosignLine(hasher, seat, text, SECONDS + n)),
    ...voted.map(seat => voteLine(hasher, seat, text)),
    ...more,
  ])
}

/** A promise of the log. */
export function ackOf(index: number, leaf: Uint8Array, by: TestAuthor = desk): Uint8Array {
  const id = sha256(new TextEncoder().encode('an order'))
  const promised: Promised = { origin, id, index, leaf, at: NOON, deadline: NOON + 10_000 }
  return encodeAck({ ...promised, signature: by.sign(ackMessage(promised)) })
}
