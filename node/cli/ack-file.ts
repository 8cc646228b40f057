import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { LogProof } from '#protocols/api/v1/statements.ts'
import { type Evidence, encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { parseTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import { checkAck, type ReadPromise, type ShownHead } from '#src/ledger/check-ack.ts'
import type { NotePorts } from '#src/ledger/committee/notes.ts'
import type { CliContext } from './context.ts'
import { clean, dayTime } from './format.ts'
import { readInput } from './read-input.ts'

/** An ack or a proof is a few kilobytes at most. */
export const ACK_FILE_BYTES_MAX = 65_536

/** The ack in a file: its bytes, or the same in base64 as the API gives it. */
export function readAckFile(file: Uint8Array): Uint8Array {
  const text = file.every(byte => byte < 0x80) ? toText(file).trim() : ''
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? fromString(text.replace(/=+$/, ''), 'base64') : file
}

/** What a C2SP tlog-proof file shows. It carries no leaf: if it holds for the promised one, the promise was kept. */
export async function proofFrom(
  context: CliContext,
  path: string,
  index: number,
  leaf: Uint8Array,
): Promise<ShownHead> {
  const text = toText(await readInput(context, path, ACK_FILE_BYTES_MAX))
  const proof = parseTlogProof(text)
  if (!proof.ok) throw new StageError('bad-arguments', `The proof cannot be read: ${proof.error.message}.`)
  if (proof.value.index !== index)
    throw new StageError(
      'bad-arguments',
      `The proof is of entry ${proof.value.index}; the ack promises entry ${index}.`,
    )
  return { note: proof.value.checkpoint, at: { leaf, path: proof.value.path }, commit: null }
}

const bytesOf = (base64: string): Uint8Array => fromString(base64, 'base64pad')

/** What a stage answers about the place; nothing of it is believed but what the log signed. */
export function shownBy({ checkpoint, leaf, tlogProof, commit }: LogProof): ShownHead {
  const proof = tlogProof === null ? null : parseTlogProof(tlogProof)
  return {
    note: checkpoint,
    at:
      leaf === null || proof === null || !proof.ok
        ? null
        : { leaf: fromString(leaf, 'base16'), path: proof.value.path },
    commit: { entry: bytesOf(commit.entry), path: commit.proof.map(bytesOf) },
  }
}

export interface AckAnswer {
  readonly text: string
  readonly kept: boolean
  readonly evidence: Uint8Array | null
}

/** The answer in words. Throws what cannot be judged. */
export function judgeAck(ports: NotePorts, ack: ReadPromise, shown: ShownHead): AckAnswer {
  const [origin = ''] = shown.note.split('\n', 1)
  if (origin !== ack.origin)
    throw new StageError(
      'conflict',
      `The ack is of the log ${ack.origin}; what was shown is ${clean(origin)}. A log that was closed answers no more: give its proof with --proof FILE.`,
    )
  const judged = checkAck(ports, ack, shown)
  if (!judged.ok) throw new StageError('bad-signature', judged.error)
  const outcome = judged.value
  const place = `entry ${ack.index} of ${ack.origin}`
  const due = dayTime(ack.deadline)
  if (outcome.kind === 'kept') {
    const text = `Kept: the promised entry is ${place}, under a signed checkpoint of ${outcome.size} entries.\n`
    return { text, kept: true, evidence: null }
  }
  if (outcome.kind === 'open') {
    const text = `Not decided: the checkpoint that is held ends at entry ${outcome.size}, and the promise of ${place} was due ${due} UTC. Ask again with a newer checkpoint.\n`
    return { text, kept: false, evidence: null }
  }
  const how =
    outcome.evidence.breach.how === 'replaced' ? 'another entry stands there' : 'the log went on without it after that'
  const text = `Broken: ${place} was promised by ${due} UTC, and ${how}. The log’s own signatures prove it.\n`
  return { text, kept: false, evidence: encodeEvidence(outcome.evidence satisfies Evidence) }
}
