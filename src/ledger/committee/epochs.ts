import { ok, type Result } from '#protocols/codec/result.ts'
import type { CommitAt } from './execution.ts'
import { type Entered, handedOver } from './handover.ts'
import { type Refused, refuse } from './refusal.ts'
import type { JudgeInput, SeatPorts } from './seat-ports.ts'

/** The epoch that a chain of commits ends in. */
export interface EpochState {
  readonly entered: number
  readonly handed: boolean
  /** Whether the committee before may vote: it was itself handed the log. */
  readonly votable: boolean
}

/** Epochs that begin within these commits. They never fall and rise by one, but for a log that stood alone until then. */
function begun({ head, epoch }: JudgeInput, commits: readonly CommitAt[]): Result<Entered[], Refused> {
  const epochs: Entered[] = []
  let now = head?.epoch ?? 0
  for (const commit of commits) {
    if (commit.epoch === now) continue
    if (commit.epoch < now || (now > 0 && commit.epoch > now + 1))
      return refuse('wrong-epoch', `a commit of epoch ${commit.epoch} cannot follow one of epoch ${now}`)
    epochs.push({ epoch: commit.epoch, entered: commit.index + 1, before: now })
    now = commit.epoch
  }
  return now > epoch ? refuse('wrong-epoch', `epoch ${now} is not known here yet; send its charter first`) : ok(epochs)
}

/** Follows the epochs through a submission's commits, and says whether the last one was handed over on this chain. */
export function enterEpochs(
  ports: SeatPorts,
  input: JudgeInput,
  commits: readonly CommitAt[],
): Result<EpochState, Refused> {
  const epochs = begun(input, commits)
  if (!epochs.ok) return epochs
  const { head, submission } = input
  const handed = (entered: Entered): boolean => handedOver(ports, input, entered, submission.entries)
  const last = epochs.value.at(-1)
  if (last === undefined) {
    const { epoch, entered } = head ?? { epoch: 0, entered: 0 }
    const done = head?.handed || handed({ epoch, entered, before: epoch - 1 })
    return ok({ entered, handed: done, votable: true })
  }
  const before = epochs.value.at(-2)
  const votable = before === undefined ? (head?.handed ?? true) : handed(before)
  return ok({ entered: last.entered, handed: handed(last), votable })
}
