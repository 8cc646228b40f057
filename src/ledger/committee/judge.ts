import { equals } from 'uint8arrays/equals'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { type Advance, advance } from './advance.ts'
import { seatIn } from './committee-for.ts'
import { lacksHandover } from './handover.ts'
import { refusal } from './refusal.ts'
import type { JudgeInput, SeatPorts } from './seat-ports.ts'
import type { SeatAnswer } from './types.ts'

/** A commit's time may be this far from the seat's clock, either way. */
export const TIME_TOLERANCE_MS = 5_000

const holdsSeat = (ports: SeatPorts, { seat }: JudgeInput, epoch: number): boolean => {
  const committee = ports.committeeOf(epoch)
  return committee !== null && seatIn(committee, seat) !== undefined
}

/** In which role this seat may sign the head that the submission leads to. */
function role(ports: SeatPorts, input: JudgeInput, { head, votable }: Advance): SeatAnswer {
  const now = holdsSeat(ports, input, head.epoch)
  if (head.handed && !(lacksHandover(input, head) && holdsSeat(ports, input, head.epoch - 1)))
    return now
      ? { kind: 'cosign', head }
      : refusal('not-a-seat', `this stage holds no seat for this log in epoch ${head.epoch}`)
  if (votable && holdsSeat(ports, input, head.epoch - 1)) return { kind: 'vote', head }
  return now
    ? refusal('not-handed-over', `the committee of epoch ${head.epoch - 1} has to hand this log over first`)
    : refusal('not-a-seat', `this stage holds no seat for this log in epoch ${head.epoch}`)
}

const closedAt = (size: number): SeatAnswer =>
  refusal('closed', `this log was closed at size ${size}; only its successor goes on`)

/** Whether the submission is of the very head that is held. */
function isHeld({ head, submission }: JudgeInput): boolean {
  const note = parseCheckpoint(submission.note)
  return head !== null && note.ok && note.value.size === head.size && equals(note.value.root, head.root)
}

/**
 * A seat's decision on a submission. Pure: the same head, submission, clock reading and committees give the same answer.
 * On `cosign` and `vote` the caller first persists the head by compare-and-swap on the one it gave, and signs only then.
 * A head that is held already is signed again whatever its age: its first signature may have been lost. One that was
 * closed is only voted for: others may need the vote to close there too.
 */
export function judgeSubmission(ports: SeatPorts, input: JudgeInput): SeatAnswer {
  if (input.head?.closed) {
    const { head } = input
    return isHeld(input) && holdsSeat(ports, input, head.epoch - 1) ? { kind: 'vote', head } : closedAt(head.size)
  }
  const step = advance(ports, input)
  if (!step.ok) return step.error
  const { head, at } = step.value
  if (at !== null && Math.abs(at - input.nowMs) > TIME_TOLERANCE_MS)
    return refusal('time-off', `the commit is ${Math.abs(at - input.nowMs)} ms off this clock, and 5 s are allowed`)
  if (head.epoch < input.epoch - 1)
    return refusal('wrong-epoch', `epoch ${input.epoch} is in force, and the commit is of epoch ${head.epoch}`)
  return role(ports, input, step.value)
}

/**
 * A seat's decision on a request to close a log at a head, which may lie above its own: then it adopts that head in the
 * same step, without cosigning it, so its time does not matter. A seat that holds more than the head named refuses. The
 * head's own committee closes; while it was not handed the log, the one before it answers with its vote instead, and so does a
 * seat of that one alone while the log shows no handover.
 */
export function judgeClose(ports: SeatPorts, input: JudgeInput): SeatAnswer {
  const { head } = input
  if (head?.closed) return isHeld(input) ? { kind: 'close', head } : closedAt(head.size)
  const step = advance(ports, input)
  if (!step.ok) return step.error
  const next = step.value.head
  return next.handed && holdsSeat(ports, input, next.epoch)
    ? { kind: 'close', head: { ...next, closed: true } }
    : role(ports, input, step.value)
}
