import { equals } from 'uint8arrays/equals'
import { ok, type Result } from '#protocols/codec/result.ts'
import { type Checkpoint, formatNote, keyIdOf, type NoteSignature } from '#protocols/ledger/v1/checkpoint.ts'
import { cosignatureBy, type NoteFault, type NotePorts, verifyLogNote, voteBy } from './notes.ts'
import type { Committee, Seat } from './types.ts'

/** What a note proves about a log's head. */
export interface Certificate {
  readonly checkpoint: Checkpoint
  /** Seats whose line on it is valid, and their weight together. */
  readonly seats: readonly Seat[]
  readonly weight: number
  /** Enough seats stand behind it. For a log that certifies itself its own signature is enough, and `self` says so. */
  readonly quorum: boolean
  readonly self: boolean
  /** Median of the seats' times, in seconds since the Unix epoch: the head is not younger. Null without seats. */
  readonly notAfter: number | null
}

function certificate(
  checkpoint: Checkpoint,
  committee: Committee,
  seats: readonly Seat[],
  times: number[],
): Certificate {
  const weight = seats.reduce((sum, seat) => sum + seat.weight, 0)
  const self = committee.total === 1
  const notAfter = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? null
  return { checkpoint, seats, weight, quorum: self || weight >= committee.quorum, self, notAfter }
}

/**
 * Who certified a head. `committee` is the one of the epoch in the commit leaf that the head ends with, and no other is
 * needed: it does not cosign before the committee of the epoch before handed this chain over. Lines of strangers and
 * lines that do not verify count for nothing; each seat counts once.
 */
export function verifyCertificate(
  ports: NotePorts,
  committee: Committee,
  log: { readonly origin: string; readonly community: Uint8Array },
  note: string,
): Result<Certificate, NoteFault> {
  const read = verifyLogNote(ports, log.origin, log.community, note)
  if (!read.ok) return read
  const times: number[] = []
  const seats = committee.seats.filter(seat => {
    const found = cosignatureBy(ports, read.value, seat.key)
    if (found !== null) times.push(found.seconds)
    return found !== null
  })
  return ok(certificate(read.value, committee, seats, times))
}

/** Whether a quorum of `committee`, that of the epoch before, handed a head over to the next committee. */
export function verifyHandover(
  ports: NotePorts,
  committee: Committee,
  log: { readonly origin: string; readonly community: Uint8Array },
  note: string,
): Result<Certificate, NoteFault> {
  const read = verifyLogNote(ports, log.origin, log.community, note)
  if (!read.ok) return read
  const seats = committee.seats.filter(seat => voteBy(ports, read.value, seat.key) !== null)
  return ok(certificate(read.value, committee, seats, []))
}

/**
 * A note that was verified, with nothing but what counts: one line of the log itself, and one of each seat that certified it.
 * Whoever shows a note may have added lines of anybody, up to the codec's limit.
 */
export function countedNote(
  ports: NotePorts,
  log: { readonly origin: string; readonly community: Uint8Array },
  { checkpoint, seats }: Pick<Certificate, 'checkpoint' | 'seats'>,
): string {
  const keyId = keyIdOf(data => ports.hasher.sha256(data), log.origin, log.community)
  const own = checkpoint.signatures.find(line => line.name === log.origin && equals(line.keyId, keyId))
  const lines = [own, ...seats.map(({ key }) => cosignatureBy(ports, checkpoint, key)?.line)]
  return formatNote(
    checkpoint.text,
    lines.filter((line): line is NoteSignature => line !== undefined),
  )
}
