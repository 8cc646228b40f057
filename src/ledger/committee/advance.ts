import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Checkpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { RuleCode } from '../rule-fault.ts'
import { enterEpochs } from './epochs.ts'
import type { CommitAt, Execution } from './execution.ts'
import { handedOver } from './handover.ts'
import { bareNote, verifyLogNote } from './notes.ts'
import { type Refused, refusal, refuse } from './refusal.ts'
import type { JudgeInput, SeatPorts } from './seat-ports.ts'
import { checkBeginning } from './successor.ts'
import type { SeatHead, SeatRefusal } from './types.ts'

/** Where a valid submission leads. */
export interface Advance {
  readonly head: SeatHead
  /** Time of its last commit; null when this head is held already. */
  readonly at: number | null
  /** Whether the committee of the epoch before may vote this head over to the next. */
  readonly votable: boolean
}

/** Faults of an entry that a seat's refusal has a word of its own for. */
const REFUSALS: Readonly<Partial<Record<RuleCode, SeatRefusal>>> = {
  'bad-signature': 'bad-signature',
  'wrong-state-root': 'wrong-state',
}

type Step<T> = Result<T, Refused>

function readNote(ports: SeatPorts, { community, submission }: JudgeInput): Step<Checkpoint> {
  const origin = parseOrigin(submission.origin)
  if (origin === null || !equals(origin.community, community))
    return refuse('unknown-log', 'this is not a log of the community that was named')
  const note = verifyLogNote(ports, submission.origin, community, submission.note)
  if (note.ok) return ok(note.value)
  return refuse(note.error.code === 'bad-signature' ? 'bad-signature' : 'bad-checkpoint', note.error.message)
}

/** Where the note stands to the head: at or above it. What contradicts the seat's own copy is a fork. */
function place(ports: SeatPorts, { head, submission }: JudgeInput, note: Checkpoint): Step<'at' | 'above'> {
  const size = head?.size ?? 0
  if (head !== null && note.size <= size) {
    const root = note.size === size ? head.root : ports.tree.rootAt(note.size)
    if (root !== null && !equals(root, note.root))
      return refuse('fork', `this log showed another history for size ${note.size}`)
    if (note.size === size) return ok('at')
  }
  return note.size <= size || submission.from !== size ? err({ kind: 'behind', size }) : ok('above')
}

/** Two checks bind note, entries and the seat's own copy: the proof sent along, and the tree rebuilt here. */
function grows(ports: SeatPorts, { head, submission }: JudgeInput, note: Checkpoint): Step<null> {
  const { from, entries, consistency } = submission
  if (entries.length !== note.size - from)
    return refuse('bad-consistency', `${note.size - from} entries are needed, and ${entries.length} came`)
  const growth = { from, to: note.size, fromRoot: head?.root ?? note.root, toRoot: note.root, proof: consistency }
  if (!ports.tree.consistent(growth))
    return refuse('bad-consistency', 'the new tree does not begin with the one that was cosigned before')
  const [root] = ports.tree.grown(entries, [note.size])
  return root !== undefined && equals(root, note.root)
    ? ok(null)
    : refuse('bad-consistency', 'these entries do not give the root in the checkpoint')
}

function execute(ports: SeatPorts, { submission }: JudgeInput): Step<Execution & { readonly last: CommitAt }> {
  const done = ports.execute(submission.from, submission.entries)
  if (!done.ok) {
    const { code, message } = done.error
    return err(refusal(REFUSALS[code] ?? 'invalid-entry', message, done.error))
  }
  const last = done.value.commits.at(-1)
  if (last === undefined || !done.value.ends)
    return refuse('invalid-entry', 'a checkpoint covers a tree whose last leaf is a commit')
  return ok({ ...done.value, last })
}

/** The head that is held, perhaps with a handover that came since. */
function again(ports: SeatPorts, input: JudgeInput, head: SeatHead): Advance {
  const { epoch, entered } = head
  const handed = head.handed || handedOver(ports, input, { epoch, entered, before: epoch - 1 }, [])
  return { head: { ...head, handed }, at: null, votable: true }
}

/**
 * Checks everything about a submission that depends neither on the clock nor on who asks: note, growth, execution,
 * beginning, epochs. Changes nothing but the state that `ports.execute` applies to.
 */
export function advance(ports: SeatPorts, input: JudgeInput): Step<Advance> {
  const note = readNote(ports, input)
  if (!note.ok) return note
  const placed = place(ports, input, note.value)
  if (!placed.ok) return placed
  if (placed.value === 'at' && input.head !== null) return ok(again(ports, input, input.head))
  const grown = grows(ports, input, note.value)
  if (!grown.ok) return grown
  const done = execute(ports, input)
  if (!done.ok) return done
  const begun = checkBeginning(ports, input, done.value.genesis)
  if (!begun.ok) return begun
  const epochs = enterEpochs(ports, input, begun.value, done.value.commits)
  if (!epochs.ok) return epochs
  const { last } = done.value
  const { entered, handed, votable } = epochs.value
  const { size, root } = note.value
  const { origin } = input.submission
  const where = { origin, size, root, stateRoot: last.stateRoot, note: bareNote(note.value) }
  return ok({ head: { ...where, epoch: last.epoch, entered, handed, closed: false }, at: last.at, votable })
}
