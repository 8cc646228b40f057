import { equals } from 'uint8arrays/equals'
import { type Checkpoint, formatNote, type NoteSignature, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { NotePorts } from './notes.ts'
import { bareNote, cosignedAt, hasVote } from './notes.ts'
import type { Committee, Seat } from './types.ts'

/** Lines beside the log's own: with it they stay within the 16 signatures that every C2SP verifier accepts. */
export const SEAT_LINES_MAX = 15

/** Whether a line is by a seat of the committee, and valid. */
type Verified = (ports: NotePorts, checkpoint: Checkpoint, key: Uint8Array) => boolean

const cosigned: Verified = (ports, checkpoint, key) => cosignedAt(ports, checkpoint, key) !== null

export interface Collected {
  /** The log's line, then the seats', heaviest first: as many as the form holds. */
  readonly note: string
  readonly weight: number
  readonly quorum: boolean
}

interface SeatLine {
  readonly seat: Seat
  readonly line: NoteSignature
}

function valid(
  ports: NotePorts,
  verified: Verified,
  committee: Committee,
  checkpoint: Checkpoint,
  lines: readonly NoteSignature[],
): SeatLine[] {
  const found: SeatLine[] = []
  for (const line of lines) {
    const alone = { ...checkpoint, signatures: [line] }
    const seat = committee.seats.find(candidate => verified(ports, alone, candidate.key))
    if (seat !== undefined && !found.some(other => equals(other.seat.key, seat.key))) found.push({ seat, line })
  }
  return found.sort((a, b) => b.seat.weight - a.seat.weight)
}

function collect(
  ports: NotePorts,
  verified: Verified,
  committee: Committee,
  note: string,
  lines: readonly NoteSignature[],
): Collected {
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) throw new Error('lines are collected for a note of our own')
  const checkpoint = parsed.value
  const kept = valid(ports, verified, committee, checkpoint, [...checkpoint.signatures, ...lines]).slice(
    0,
    SEAT_LINES_MAX,
  )
  const own = parseCheckpoint(bareNote(checkpoint))
  const signatures = [...(own.ok ? own.value.signatures : []), ...kept.map(({ line }) => line)]
  const weight = kept.reduce((sum, { seat }) => sum + seat.weight, 0)
  const quorum = committee.total === 1 || weight >= committee.quorum
  return { note: formatNote(checkpoint.text, signatures), weight, quorum }
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
): Collected => collect(ports, cosigned, committee, note, lines)

/** Joins votes of the old committee: at quorum the note is the handover that the new one asks for. */
export const collectVotes = (
  ports: NotePorts,
  committee: Committee,
  note: string,
  lines: readonly NoteSignature[],
): Collected => collect(ports, hasVote, committee, note, lines)
