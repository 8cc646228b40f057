import { type Checkpoint, formatNote, type NoteSignature, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { NotePorts } from './notes.ts'
import { cosignatureBy, voteBy } from './notes.ts'
import type { Committee } from './types.ts'

/** Lines beside the log's own: with it they stay within the 16 signatures that every C2SP verifier accepts. */
export const SEAT_LINES_MAX = 15

/** A seat's valid line among those of a note; null when there is none. */
type FindLine = (ports: NotePorts, checkpoint: Checkpoint, key: Uint8Array) => NoteSignature | null

const cosignature: FindLine = (ports, checkpoint, key) => cosignatureBy(ports, checkpoint, key)?.line ?? null

export interface Collected {
  /** The log's line, then the seats', heaviest first: as many as the form holds. */
  readonly note: string
  readonly weight: number
  readonly quorum: boolean
}

function collect(
  ports: NotePorts,
  find: FindLine,
  committee: Committee,
  note: string,
  lines: readonly NoteSignature[],
): Collected {
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) throw new Error('lines are collected for a note of our own')
  const checkpoint = parsed.value
  const own = checkpoint.signatures.filter(line => line.name === checkpoint.origin)
  const all = { ...checkpoint, signatures: [...checkpoint.signatures, ...lines] }
  const kept: { readonly line: NoteSignature; readonly weight: number }[] = []
  for (const { key, weight } of committee.seats) {
    const line = find(ports, all, key)
    if (line !== null) kept.push({ line, weight })
  }
  kept.sort((a, b) => b.weight - a.weight).splice(SEAT_LINES_MAX)
  const weight = kept.reduce((sum, seat) => sum + seat.weight, 0)
  const quorum = committee.total === 1 || weight >= committee.quorum
  return { note: formatNote(checkpoint.text, [...own, ...kept.map(({ line }) => line)]), weight, quorum }
}

/**
 * Joins cosignature lines to a note of this log. A line that does not verify, is a stranger's or comes twice is left out,
 * so one seat that lies cannot spoil the certificate of the others. 15 of the heaviest lines always reach a quorum
 * when all of them together do: a quorum of 21 seats is 15.
 */
export const collectCosignatures = (
  ports: NotePorts,
  committee: Committee,
  note: string,
  lines: readonly NoteSignature[],
): Collected => collect(ports, cosignature, committee, note, lines)

/** Joins votes of the old committee: at quorum the note is the handover that the new one asks for. */
export const collectVotes = (
  ports: NotePorts,
  committee: Committee,
  note: string,
  lines: readonly NoteSignature[],
): Collected => collect(ports, voteBy, committee, note, lines)
