import { StageError } from '#node/errors.ts'
import type { AuditPeers } from '#node/ports/audit.ts'
import type { LedgerFault, LogCopies, OwnLog, Registry } from '#node/ports/ledger.ts'
import { ENTRIES_MAX, HANDOVERS_MAX } from '#protocols/audit/v1/constants.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { type CloseStatement, decodeCloseStatement, encodeClosing } from '#protocols/ledger/v1/close.ts'
import type { CommitEntry, Predecessor } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { closeWeight, orderedStatements } from '#src/ledger/committee/closing.ts'
import { verifyLogNote } from '#src/ledger/committee/notes.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'

export interface CloseInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  /** Holds what others still have of the own log, once it was fetched. */
  readonly copies: LogCopies
  readonly registry: Registry
  readonly peers: AuditPeers
  readonly handovers: { of(origin: string): { readonly epoch: number; readonly note: string }[] }
  /** Fetches the own log from every stage that is connected; rejects for none of them. */
  readonly fetch: () => Promise<void>
  readonly hasher: Hasher
  readonly verifier: Verifier
}

/** What a successor begins with. */
export interface Closed {
  readonly predecessor: Predecessor
  readonly certificate: Uint8Array
  readonly state: readonly (readonly [key: string, value: Uint8Array])[]
}

/** The highest head that anybody connected still holds, with the commit that it ends with. */
interface Head {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly note: string
  readonly bytes: Uint8Array
  readonly commit: CommitEntry
}

/** A seat that is behind says where to go on, and is asked once more. */
const ATTEMPTS = 3

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

/** One seat's word that the log ends at this head. Throws when it cannot be reached. */
async function closeAt(init: CloseInit, seat: Uint8Array, head: Head): Promise<CloseStatement | string> {
  const { own, copies, peers, handovers } = init
  let from = head.size
  for (let n = 0; n < ATTEMPTS; n++) {
    const submission = {
      origin: head.origin,
      from,
      entries: copies.entries(own, from, Math.min(ENTRIES_MAX, head.size - from)),
      note: head.note,
      consistency: from === 0 || from === head.size ? [] : copies.consistencyProof(own, from, head.size),
      handovers: handovers
        .of(head.origin)
        .map(({ note }) => note)
        .slice(-HANDOVERS_MAX),
      closing: null,
    }
    const answer = await peers.submit(seat, own, submission, 'close')
    if (answer.t === 'closed') {
      const statement = decodeCloseStatement(answer.statement)
      return statement.ok ? statement.value : 'it answered something that cannot be read'
    }
    if (answer.t !== 'behind') return answer.t === 'refused' ? answer.message : 'it did not close the log'
    if (answer.size > head.size) return `it holds ${answer.size} entries, more than anybody handed over`
    from = answer.size
  }
  return 'it keeps asking for other entries than it was sent'
}

async function collect(
  init: CloseInit,
  committee: Committee,
  head: Head,
): Promise<Result<CloseStatement[], LedgerFault>> {
  const answers = await Promise.all(
    committee.seats.map(async ({ key, operator }) => {
      const said = await closeAt(init, key, head).catch(cause =>
        cause instanceof StageError ? cause.message : 'it could not be asked',
      )
      return typeof said === 'string' ? `${operator}: ${said}` : said
    }),
  )
  const statements = answers.filter(answer => typeof answer !== 'string')
  const weight = closeWeight(init.verifier, committee, head, statements)
  if (committee.total > 1 && weight < committee.quorum)
    return refuse(
      'conflict',
      `Only ${weight} of ${committee.total} auditor seats closed the log, and ${committee.quorum} are needed. Try again when more of them are connected. (${answers.filter(answer => typeof answer === 'string').join('; ')})`,
    )
  return ok(orderedStatements(statements))
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
  const { own, ledger, copies, registry } = init
  if (ledger.state().kind !== 'halted')
    return refuse('conflict', 'The log is running; only one that stands still is closed.')
  await init.fetch()
  const head = headHeld(init)
  if (!head.ok) return head
  const { origin, size, root, note, bytes, commit } = head.value
  const committee = registry.committee(own, commit.epoch)
  const statements = await collect(init, committee, head.value)
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
