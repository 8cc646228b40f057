import { formatNote, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { seatNameOf } from '#protocols/ledger/v1/origin.ts'
import { cosignedAt } from '#src/ledger/committee/notes.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import type { Ports } from './check-head.ts'

/** A note with the lines that a bundle may carry: the log's own, and those of seats that verify. Null when it is no note. */
export function cleanNote(ports: Ports, committee: Committee, note: string): { note: string; size: number } | null {
  const read = parseCheckpoint(note)
  if (!read.ok) return null
  const { text, signatures, origin, size } = read.value
  const names = new Set(
    committee.seats.filter(seat => cosignedAt(ports, read.value, seat.key) !== null).map(seat => seatNameOf(seat.key)),
  )
  const seen = new Set<string>()
  const kept = signatures.filter(line => {
    const wanted = (line.name === origin || names.has(line.name)) && !seen.has(line.name)
    seen.add(line.name)
    return wanted
  })
  return { note: formatNote(text, kept), size }
}
