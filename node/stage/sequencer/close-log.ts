import type { LedgerFault, LogCopies, OwnLog } from '#node/ports/ledger.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { encodeClosing } from '#protocols/ledger/v1/close.ts'
import type { Predecessor } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { verifyLogNote } from '#src/ledger/committee/notes.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { type ClosingHead, type ClosingInit, closeAtSeats } from './closing-seats.ts'

export interface CloseInit extends ClosingInit {
  readonly ledger: OwnLog
  /** Holds what others still have of the own log, once it was fetched. */
  readonly copies: LogCopies
  /** Fetches the own log from every stage that is connected; rejects for none of them. */
  readonly fetch: () => Promise<void>
}

/** What a successor begins with. */
export interface Closed {
  readonly predecessor: Predecessor
  readonly certificate: Uint8Array
  readonly state: readonly (readonly [key: string, value: Uint8Array])[]
}

/** The highest head that anybody connected still holds, with the commit that it ends with. */
interface Head extends ClosingHead {
  readonly root: Uint8Array
  readonly bytes: Uint8Array
}

const refuse = (code: LedgerFault['code'], message: string): Result<never, LedgerFault> => err({ code, message })

function headHeld({ own, ledger, copies, hasher, verifier }: CloseInit): Result<Head, LedgerFault> {
  const note = copies.checkpoint(own)
  const origin = ledger.checkpoint().split('\n', 1)[0] ?? ''
  const read = note === null ? null : verifyLogNote({ hasher, verifier }, origin, own, note)
  if (note === null || !read?.ok || read.value.size <= ledger.signedSize())
    return refuse(
      'no-holder',
      'Nobody who is connected holds the entries that are missing here. Connect an auditor, or a stage that follows yours, and try again.',
    )
  const { size, root } = read.value
  const bytes = copies.entries(own, size - 1, 1)[0]
  const last = bytes === undefined ? null : decodeEntry(bytes)
  if (bytes === undefined || !last?.ok || last.value.kind !== 'commit')
    return refuse('conflict', 'The log that others hold does not end with a commit.')
  return ok({ origin, size, root, note, bytes, commit: last.value })
}

/** The state at the head: what is on this disk, and then what the others hold, executed again. */
function stateAt({ own, ledger, copies, hasher }: CloseInit, { size }: Head): Result<Closed['state'], LedgerFault> {
  const machine = ledger.replica(ledger.signedSize())
  while (machine.size < size) {
    const entries = copies.entries(own, machine.size, Math.min(1_000, size - machine.size))
    for (const bytes of entries) {
      const read = readEntry(hasher, own, bytes)
      const applied = read.ok ? machine.apply(read.value) : read
      if (!applied.ok)
        return refuse(
          'conflict',
          `What this disk holds and what others hold do not fit together: ${applied.error.message}.`,
        )
    }
    if (entries.length === 0) return refuse('conflict', 'Entries of the log are missing here.')
    machine.settle()
  }
  return ok([...machine.snapshot()])
}

/**
 * Ends a log that stands still at the highest head that others hold. A quorum of its seats signs that nothing follows it;
 * a community that stands alone says so itself. Nothing is changed on this disk.
 */
export async function closeOwnLog(init: CloseInit): Promise<Result<Closed, LedgerFault>> {
  const { own, ledger, copies } = init
  if (ledger.state().kind !== 'halted')
    return refuse('conflict', 'The log is running; only one that stands still is closed.')
  await init.fetch()
  const head = headHeld(init)
  if (!head.ok) return head
  const { origin, size, root, note, bytes, commit } = head.value
  const statements = await closeAtSeats(init, head.value)
  if (!statements.ok) return statements
  const proven = copies.prove(own, size - 1)
  const reached = proven === null ? null : parseCheckpoint(proven.checkpoint)
  if (proven === null || !reached?.ok || reached.value.size !== size)
    return refuse('conflict', 'The last entry of the log cannot be proven here.')
  const state = stateAt(init, head.value)
  if (!state.ok) return state
  const certificate = encodeClosing({ note, commit: bytes, proof: proven.proof, statements: statements.value })
  return ok({ predecessor: { origin, size, root, stateRoot: commit.stateRoot }, certificate, state: state.value })
}
