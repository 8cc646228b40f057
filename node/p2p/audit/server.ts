import type { Connection, Stream } from '@libp2p/interface'
import { equals } from 'uint8arrays/equals'
import type { Auditor } from '#node/ports/ledger.ts'
import { type AuditAnswer, type AuditRequest, decodeRequest, encodeAnswer } from '#protocols/audit/v1/codec.ts'
import { AUDIT_MESSAGE_BYTES_MAX, SUBMISSION_BYTES_MAX } from '#protocols/audit/v1/constants.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { AnsweringStreams, type Asked } from '../stream/answering.ts'
import type { Frames } from '../stream/frames.ts'
import { StreamError } from '../stream/stream-error.ts'
import { answerOf, refused } from './answers.ts'
import { IDLE_MS, SPENDING, STREAM_MS_MAX, STREAMS_MAX, STREAMS_PER_PEER_MAX, SUBMISSIONS_MAX } from './limits.ts'

export interface AuditServerModules {
  readonly auditor: Auditor
  /** Takes evidence that a peer offers. */
  readonly evidence: (bytes: Uint8Array) => Promise<{ readonly known: boolean } | { readonly refused: string }>
  readonly clock: Clock
  /** Whether this peer (its id as text) is served at all. */
  readonly allow: (peer: string) => boolean
  readonly warn: (cause: unknown) => void
}

type Submit = Extract<AuditRequest, { t: 'submit' }>

const BAD_MESSAGE = refused('bad-message', 'that message cannot be read')
const BUSY = refused('busy', 'this stage has more to do than it can; ask again in a few seconds')

/** Answers `/bandstand/audit/1.0.0` (protocols/audit/v1/spec.md) within fixed bounds, whoever asks. */
export class AuditServer {
  readonly #modules: AuditServerModules
  readonly #streams: AnsweringStreams
  #submissions = 0

  constructor(modules: AuditServerModules) {
    this.#modules = modules
    this.#streams = new AnsweringStreams({
      frames: { frameBytesMax: AUDIT_MESSAGE_BYTES_MAX, idleMs: IDLE_MS },
      perPeerMax: STREAMS_PER_PEER_MAX,
      max: STREAMS_MAX,
      streamMsMax: STREAM_MS_MAX,
      spending: SPENDING,
      clock: modules.clock,
      allow: modules.allow,
      answer: async asked => {
        const request = decodeRequest(asked.frame)
        const answer = request.ok ? await this.#answer(asked, request.value) : BAD_MESSAGE
        return { bytes: encodeAnswer(answer), last: answer.t === 'refused' && answer.code === 'bad-message' }
      },
    })
  }

  /** Drops every stream. */
  stop(): void {
    this.#streams.stop()
  }

  /** Serves one stream to its end. Never throws. */
  accept(stream: Stream, connection: Connection): Promise<void> {
    return this.#streams.accept(stream, connection)
  }

  async #answer(asked: Asked, request: AuditRequest): Promise<AuditAnswer> {
    if (request.t === 'submit') return this.#submit(asked, request)
    if (asked.busy) return BUSY
    if (request.t === 'entries') return BAD_MESSAGE
    if (request.t === 'head') {
      const head = this.#modules.auditor.head(request.community, request.origin)
      return { t: 'head', note: head?.note ?? null, closed: head?.closed ?? false }
    }
    const taken = await this.#modules.evidence(request.evidence)
    return 'known' in taken ? { t: 'taken', known: taken.known } : refused('bad-message', taken.refused)
  }

  async #submit({ io, remote, signal, ...asked }: Asked, request: Submit): Promise<AuditAnswer> {
    const busy = asked.busy || this.#submissions >= SUBMISSIONS_MAX
    const own = equals(request.community, remote)
    if (!busy && own) this.#submissions++
    try {
      // What is refused is read to its end all the same: the answer has to reach a peer that is still sending.
      const entries = await receive(io, request.count, busy || !own, signal)
      if (!Array.isArray(entries)) return entries
      if (!own) return refused('unknown-log', 'a log is submitted by its own community')
      return busy ? BUSY : await this.#judge(request, entries)
    } finally {
      if (!busy && own) this.#submissions--
    }
  }

  async #judge(request: Submit, entries: readonly Uint8Array[]): Promise<AuditAnswer> {
    const { auditor, warn } = this.#modules
    const { community, origin, from, note, consistency, handovers, closing } = request
    const parsed = parseCheckpoint(note)
    if (!parsed.ok) return refused('bad-checkpoint', parsed.error.message)
    const submission = { origin, from, entries, note, consistency, handovers, closing }
    try {
      const decide = request.intent === 'close' ? auditor.close : auditor.judge
      return answerOf(await decide(community, submission))
    } catch (cause) {
      warn(cause)
      return refused('internal', 'something broke here while this was judged; ask again')
    }
  }
}

/** The entries that a submission announced. With `drop` they are read and forgotten. */
async function receive(
  io: Frames,
  count: number,
  drop: boolean,
  signal: AbortSignal | undefined,
): Promise<Uint8Array[] | AuditAnswer> {
  const entries: Uint8Array[] = []
  let bytes = 0
  let read = 0
  while (read < count) {
    const frame = await io.read(signal)
    if (frame === null) throw new StreamError('truncated', 'the stream ended inside a submission')
    const request = decodeRequest(frame)
    if (!request.ok || request.value.t !== 'entries') return BAD_MESSAGE
    read += request.value.entries.length
    for (const entry of request.value.entries) bytes += entry.length
    if (read > count) return refused('bad-message', `${count} entries were announced, and more came`)
    if (bytes > SUBMISSION_BYTES_MAX)
      return refused('bad-message', `a submission has at most ${SUBMISSION_BYTES_MAX} bytes of entries; send fewer`)
    if (!drop) entries.push(...request.value.entries)
  }
  return entries
}
