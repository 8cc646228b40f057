import { equals } from 'uint8arrays/equals'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { JudgeInput, SeatPorts } from './seat-ports.ts'
import { verifyHandover } from './verify-certificate.ts'

/** An epoch of a log: where it began, and which epoch came before; 0 when the log stood alone. */
export interface Entered {
  readonly epoch: number
  /** Size at its first commit. */
  readonly entered: number
  readonly before: number
}

/**
 * Whether the committee of the epoch before handed this very chain over: a quorum of it voted for a head at or above the
 * first commit of the new epoch, and that head lies on this chain. In the epoch in which its community joined, a log owes
 * nobody a handover.
 *
 * Why it is enough (model: docs/spec/handover.pml): an honest seat that voted never again cosigns the old epoch, so no
 * certificate of the old epoch can contradict or outrun the vote; and two quorums of votes share an honest seat.
 */
export function handedOver(
  ports: SeatPorts,
  { submission, community, head }: JudgeInput,
  { epoch, entered, before }: Entered,
  entries: readonly Uint8Array[],
): boolean {
  if (epoch === 0 || before < 1) return true
  const committee = ports.committeeOf(before)
  if (committee === null) return false
  if (committee.total === 1) return true
  const own = head?.size ?? 0
  const log = { origin: submission.origin, community }
  return submission.handovers.some(note => {
    const handover = verifyHandover(ports, committee, log, note)
    if (!handover.ok || !handover.value.quorum) return false
    const { size, root } = handover.value.checkpoint
    if (size < entered) return false
    const here = size <= own ? ports.tree.rootAt(size) : ports.tree.grown(entries, [size])[0]
    return here !== undefined && here !== null && equals(here, root)
  })
}

/**
 * Whether a log that owes its epoch a handover shows none. A seat that saw one takes the log for handed over all the same, but a
 * sequencer whose disk was restored has lost it, and nobody else can be shown it: the votes have to be given once more. They
 * say nothing that the first ones did not.
 */
export function lacksHandover(
  { submission, joined }: JudgeInput,
  { epoch, entered }: { readonly epoch: number; readonly entered: number },
): boolean {
  if (joined === null || epoch <= joined) return false
  return !submission.handovers.some(note => {
    const parsed = parseCheckpoint(note)
    return parsed.ok && parsed.value.origin === submission.origin && parsed.value.size >= entered
  })
}
