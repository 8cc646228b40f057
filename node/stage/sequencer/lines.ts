import { type NoteSignature, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'

/** The signature of a line as a seat sent it for a note; null when it is none. */
export function signatureOfLine(note: string, line: string): NoteSignature | null {
  const text = note.slice(0, note.indexOf('\n\n') + 2)
  const parsed = parseCheckpoint(`${text}${line}\n`)
  return parsed.ok ? (parsed.value.signatures[0] ?? null) : null
}
