import { ok, type Result } from '#protocols/codec/result.ts'
import type { CommitAt } from './execution.ts'
import { type Entered, handedOver } from './handover.ts'
import { type Refused, refuse } from './refusal.ts'
import type { JudgeInput, SeatPorts } from './seat-ports.ts'

/** The epoch that a chain of commits ends in. */
interface EpochState {
  readonly entered: number
  readonly handed: boolean
  /** Whether the committee before may vote: it was itself handed the log. */
  readonly votable: boolean
}

/** Where a history stands before the commits that are judged. */
export interface EpochStart {
  /** 0 while the log stands alone. */
  readonly epoch: number
  readonly entered: number
  readonly handed: boolean
}

/**
 * Epochs that begin within these commits. They never fall, and rise by one. A log that stood alone enters in the one epoch
 * in which its community joined, and in no other: else it could enter twice, with two histories, in epochs whose
 * committees know nothing of each other.
 */
function begun(
  { epoch, joined }: JudgeInput,
  start: EpochStart,
  commits: readonly CommitAt[],
): Result<Entered[], Refused> {
  const epochs: Entered[] = []
  let now = start.epoch
  for (const commit of commits) {
    if (commit.epoch === now) continue
    const next = now === 0 ? joined : now + 1
    if (commit.epoch !== next)
      return refuse(
        'wrong-epoch',
        next === null
          ? 'the community of this log is named in no charter that is known here'
          : `a commit of epoch ${commit.epoch} cannot follow one of epoch ${now}: ${next} comes next`,
      )
    epochs.push({ epoch: commit.epoch, entered: commit.index + 1, before: now })
    now = commit.epoch
  }
  return now > epoch ? refuse('wrong-epoch', `epoch ${now} is not known here yet; send its charter first`) : ok(epochs)
}

/** Follows the epochs through a submission's commits, and says whether the last one was handed over on this chain. */
export function enterEpochs(
  ports: SeatPorts,
  input: JudgeInput,
  start: EpochStart,
  commits: readonly CommitAt[],
): Result<EpochState, Refused> {
  const epochs = begun(input, start, commits)
  if (!epochs.ok) return epochs
  const handed = (entered: Entered): boolean => handedOver(ports, input, entered, input.submission.entries)
  const last = epochs.value.at(-1)
  if (last === undefined) {
    const { epoch, entered } = start
    return ok({ entered, handed: start.handed || handed({ epoch, entered, before: epoch - 1 }), votable: true })
  }
  const before = epochs.value.at(-2)
  const votable = before === undefined ? start.handed : handed(before)
  return ok({ entered: last.entered, handed: handed(last), votable })
}
