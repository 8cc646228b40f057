import { toString as toText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { AuditAnswer } from '#protocols/audit/v1/codec.ts'
import { ENTRIES_MAX, HANDOVERS_MAX } from '#protocols/audit/v1/constants.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { SequencerInit } from '../sequencer.ts'

/** What a seat said when it did not sign. */
export interface SeatReport {
  readonly seat: Uint8Array
  readonly code: string
  readonly message: string
}

/** A line that a seat made, and the head that it is for. */
export interface SeatLine {
  readonly kind: 'cosigned' | 'voted'
  readonly seat: Uint8Array
  readonly size: number
  readonly note: string
  readonly line: string
}

interface SeatState {
  /** Entries that the seat holds, as far as is known here; null before it was asked. */
  size: number | null
  report: SeatReport | null
  /** Whether it would sign a commit of today: it signed what it was shown last, or found nothing but its time wrong. */
  willing: boolean
  /** What it works on. */
  tail: Promise<unknown>
}

/** Attempts within one round: a seat that is behind says where to go on, and is asked once more. */
const ATTEMPTS = 3

export interface SeatDesk {
  /** Asks for the head that it holds of this log, and heeds it. False when it could not be asked. */
  greet(seat: Uint8Array): Promise<boolean>
  /** Submits the newest head. Null when the seat signed nothing; why stands in the reports. */
  submit(seat: Uint8Array): Promise<SeatLine | null>
  reports(): SeatReport[]
  /** Whether a seat was reached last time, and would sign a commit of today. */
  willing(seat: Uint8Array): boolean
}

/** The conversation with each seat, one submission at a time. */
export function createSeatDesk({ own, log, peers, handovers }: SequencerInit, stopping: AbortSignal): SeatDesk {
  const seats = new Map<string, SeatState>()
  const stateOf = (seat: Uint8Array): SeatState => {
    const key = toText(seat, 'base16')
    const known = seats.get(key)
    if (known !== undefined) return known
    const fresh: SeatState = { size: null, report: null, willing: false, tail: Promise.resolve() }
    seats.set(key, fresh)
    return fresh
  }
  const originNow = (): string => log.checkpoint().split('\n', 1)[0] ?? ''

  const heed = async (seat: Uint8Array): Promise<void> => {
    const state = stateOf(seat)
    // Of the newest generation that it knows: a successor that this disk does not know of counts, too.
    const note = await peers.head(seat, own, null, stopping)
    if (note === null) {
      state.size = 0
      return
    }
    log.seen(note)
    const head = parseCheckpoint(note)
    state.size = head.ok && head.value.origin === originNow() ? head.value.size : 0
  }

  const attempt = async (seat: Uint8Array, state: SeatState): Promise<SeatLine | 'again' | SeatReport> => {
    if (state.size === null) await heed(seat)
    const signed = log.signedSize()
    const from = Math.min(state.size ?? 0, signed)
    if (signed - from > ENTRIES_MAX)
      return { seat, code: 'behind', message: `it holds ${from} of ${signed} entries, and has to fetch the log first` }
    const notes = handovers.of(originNow()).map(({ note }) => note)
    const submission = { ...log.submission(from), handovers: notes.slice(-HANDOVERS_MAX) }
    const answer: AuditAnswer = await peers.submit(seat, own, submission, 'cosign', stopping)
    const head = parseCheckpoint(submission.note)
    if (!head.ok) throw new StageError('internal', 'The own checkpoint cannot be read.')
    const { size } = head.value
    switch (answer.t) {
      case 'cosigned':
      case 'voted':
        state.size = size
        return { kind: answer.t, seat, size, note: submission.note, line: answer.line }
      case 'behind':
        // A seat that holds more than was ever signed here knows another history, or a later one.
        if (answer.size > signed) await heed(seat)
        state.size = answer.size
        return 'again'
      case 'refused':
        if (answer.code === 'fork' || answer.code === 'bad-consistency' || answer.code === 'closed') await heed(seat)
        return { seat, code: answer.code, message: answer.message }
      default:
        return { seat, code: 'bad-message', message: 'it answered something else than it was asked' }
    }
  }

  const submit = async (seat: Uint8Array): Promise<SeatLine | null> => {
    const state = stateOf(seat)
    try {
      for (let n = 0; n < ATTEMPTS; n++) {
        const result = await attempt(seat, state)
        if (result === 'again') continue
        const signed = 'line' in result
        state.report = signed ? null : result
        state.willing = signed || result.code === 'time-off'
        return signed ? result : null
      }
      state.report = { seat, code: 'behind', message: 'it keeps asking for other entries than it was sent' }
    } catch (cause) {
      // Whatever it held, it is asked anew when it is back: it may have been restored.
      state.size = null
      state.willing = false
      const { code, message } =
        cause instanceof StageError ? cause : { code: 'internal', message: 'the submission failed here' }
      state.report = { seat, code, message }
    }
    return null
  }

  return {
    async greet(seat) {
      try {
        await heed(seat)
        return true
      } catch {
        return false
      }
    },
    submit(seat) {
      const state = stateOf(seat)
      const done = state.tail.then(() => submit(seat))
      state.tail = done
      return done
    },
    willing: seat => stateOf(seat).willing,
    reports: () => [...seats.values()].flatMap(({ report }) => (report === null ? [] : [report])),
  }
}
