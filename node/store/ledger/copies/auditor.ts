import { equals } from 'uint8arrays/equals'
import type { Auditor, Judged } from '#node/ports/ledger.ts'
import { formatNote, type NoteSignature, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { closeStatement } from '#src/ledger/committee/closing.ts'
import { seatIn } from '#src/ledger/committee/committee-for.ts'
import { judgeClose, judgeSubmission } from '#src/ledger/committee/judge.ts'
import { cosignLine, verifyLogNote, voteLine } from '#src/ledger/committee/notes.ts'
import { refusal } from '#src/ledger/committee/refusal.ts'
import type { JudgeInput } from '#src/ledger/committee/seat-ports.ts'
import type { SeatAnswer, Submission } from '#src/ledger/committee/types.ts'
import { faultOf } from '../shared/faults.ts'
import { beginLog } from './begin.ts'
import { type CopiesContext, committeeOf } from './context.ts'
import type { Copy } from './copy.ts'
import { keepFork, keepInvalid } from './found.ts'
import { Hearing } from './hearing.ts'

export interface AuditorOptions {
  /** Holds the community's own key: what its seats sign with. */
  readonly signer: SyncSigner
}

/** Submissions of one log that may wait: its sequencer sends one at a time. */
const WAITING_MAX = 2

const lineText = (text: string, line: NoteSignature): string => formatNote(text, [line]).slice(text.length + 1, -1)

/** Signs what the persisted head allows. Called after the head is on the disk, never before. */
function sign({ store }: CopiesContext, signer: SyncSigner, note: string, answer: SeatAnswer): Judged {
  const { hasher, clock } = store.ports
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) return answer
  const { text } = parsed.value
  const seconds = Math.floor(clock.nowMs() / 1_000)
  switch (answer.kind) {
    case 'cosign':
      return { ...answer, line: lineText(text, cosignLine(hasher, signer, text, seconds)) }
    case 'vote':
      return { ...answer, line: lineText(text, voteLine(hasher, signer, text)) }
    case 'close':
      return { ...answer, statement: closeStatement(signer, answer.head) }
    default:
      return answer
  }
}

/** Evidence of what the log did, when that is why it was refused. */
async function convict(
  context: CopiesContext,
  hearing: Hearing,
  { note }: Submission,
  answer: SeatAnswer,
): Promise<void> {
  if (answer.kind !== 'refuse') return
  const { copy, fresh, shown } = hearing
  if (answer.code === 'fork' || answer.code === 'bad-consistency') await keepFork(context, copy, note, shown)
  // It is executed only once its tree is found to be the one that was signed.
  if (answer.fault !== null) await keepInvalid(context, copy, note, fresh)
}

/** One submission, in the log's turn: judged, persisted, and only then signed. */
async function hear(
  context: CopiesContext,
  signer: SyncSigner,
  copy: Copy,
  submission: Submission,
  judge: typeof judgeSubmission,
): Promise<Judged> {
  const { store, registry } = context
  const { community } = copy.row
  if (submission.from > copy.size()) return { kind: 'behind', size: copy.size() }
  const before = copy.seat.get()
  const hearing = new Hearing(context, copy, before, submission)
  const input: JudgeInput = {
    community,
    seat: signer.publicKey,
    head: before,
    predecessor: store.predecessor(copy.row)?.seat.get() ?? null,
    submission: hearing.submission,
    nowMs: store.ports.clock.nowMs(),
    epoch: registry.epoch(),
    joined: registry.joined(community),
  }
  const answer = hearing.orDiscard(() => judge(hearing.ports(committeeOf(registry, community)), input))
  // An entry that nobody signed is the first thing that is wrong with it, whatever it leads to.
  const looked = hearing.executed || (answer.kind === 'refuse' && answer.fault !== null)
  const broken = looked ? await hearing.falseSignature() : null
  const verdict: SeatAnswer = broken === null ? answer : refusal('bad-signature', broken.fault.message, broken.fault)
  if (!('head' in verdict)) {
    hearing.discard()
    await convict(context, hearing, submission, verdict)
    return verdict.kind === 'behind' ? { kind: 'behind', size: copy.size() } : verdict
  }
  hearing.keep(before, verdict.head)
  return sign(context, signer, submission.note, verdict)
}

/** Whether this stage holds a seat for the log, in the epoch in force or one beside it. */
function holdsSeat({ registry }: CopiesContext, community: Uint8Array, key: Uint8Array): boolean {
  const now = registry.epoch()
  return [now - 1, now, now + 1].some(epoch => {
    const committee = committeeOf(registry, community)(epoch)
    return committee !== null && seatIn(committee, key) !== undefined
  })
}

/**
 * The auditor's side of the committee. One log at a time: what is judged, persisted and signed never overlaps with another
 * submission of the same log. A head is durable, by compare and swap, before anything about it is signed.
 */
export function createAuditor(context: CopiesContext, { signer }: AuditorOptions): Auditor {
  const { store } = context

  const judge = async (
    community: Uint8Array,
    submission: Submission,
    decide: typeof judgeSubmission,
  ): Promise<Judged> => {
    const { origin, note, from, entries } = submission
    const name = parseOrigin(origin)
    if (name === null || !equals(name.community, community))
      return refusal('unknown-log', 'this is not a log of the community that was named')
    if (!holdsSeat(context, community, signer.publicKey))
      return refusal('not-a-seat', 'this stage holds no seat for this log')
    // Before anything is opened or executed for it, the log has to have signed for it.
    const signed = verifyLogNote(store.ports, origin, community, note)
    if (!signed.ok)
      return refusal(signed.error.code === 'bad-signature' ? 'bad-signature' : 'bad-checkpoint', signed.error.message)
    const begun = beginLog(context, community, { origin, note, closed: submission.closing !== null }, from, entries)
    if (!begun.ok) return refusal('not-closed', begun.error.message)
    const copy = begun.value
    if (copy === null) return { kind: 'behind', size: 0 }
    if (copy.turn.waiting >= WAITING_MAX) return refusal('busy', 'an earlier submission of this log is being judged')
    try {
      return await copy.turn.run(() => hear(context, signer, copy, submission, decide))
    } catch (cause) {
      return refusal('disk-refused', faultOf(store.file, cause).message)
    }
  }

  return {
    judge: (community, submission) => judge(community, submission, judgeSubmission),
    /** Judges a request to close the log at the submission's head; the answer carries the statement. */
    close: (community, submission) => judge(community, submission, judgeClose),
    head(community, origin) {
      const copy = origin === null ? store.newest(community) : store.held(origin)
      return copy === null || !equals(copy.row.community, community) ? null : copy.seat.get()
    },
  }
}
