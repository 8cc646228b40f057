import { toString as asText } from 'uint8arrays/to-string'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { LiveEvent } from '#protocols/api/v1/schemas.ts'
import type { KnownEvent } from '#src/engagement/events.ts'

/**
 * A tally is told at most this often, in ms: counting ten thousand votes again for each of them would hold the loop for
 * minutes, and nobody reads faster.
 */
const TALLY_EVERY_MS = 100
/** Counting takes at most this share of the loop, however much there is to count: then tallies are told less often. */
const TALLY_SHARE = 0.05
/** But at least this often, in ms: somebody is looking at them. */
const TALLY_EVERY_MS_MAX = 2_000

export interface LiveTellerInit {
  /** What pages are told of an event; read from the views at the moment of the call. */
  readonly translate: (event: AcceptedEvent, known: KnownEvent) => LiveEvent | null | Promise<LiveEvent | null>
  readonly emit: (event: LiveEvent) => void
  /** The event is stored all the same; only pages were not told. */
  readonly onError: (cause: unknown) => void
  /** Monotonic, ms; another one in tests. */
  readonly now?: () => number
}

/** What this event counts towards; `null` for one that is told by itself. */
function tallyOf({ type, body }: KnownEvent): string | null {
  if (type === 'engagement/vote') return `poll ${asText(body.poll, 'hex')}`
  if (type === 'engagement/reaction') return `reaction ${body.target} ${body.emoji}`
  return type === 'engagement/play' ? `play ${body.release}` : null
}

/** Tells pages of stored events. Never throws, and never keeps whoever stored one waiting. */
export function createLiveTeller({ translate, emit, onError, now = () => performance.now() }: LiveTellerInit) {
  const due = new Map<string, readonly [AcceptedEvent, KnownEvent]>()
  let timer: NodeJS.Timeout | null = null
  let waitMs = TALLY_EVERY_MS

  const say = async (event: AcceptedEvent, known: KnownEvent): Promise<void> => {
    try {
      const translated = await translate(event, known)
      if (translated !== null) emit(translated)
    } catch (cause) {
      onError(cause)
    }
  }

  const sayTallies = (): void => {
    timer = null
    const counted = [...due.values()]
    due.clear()
    const startedMs = now()
    for (const [event, known] of counted) void say(event, known)
    const fairMs = (now() - startedMs) / TALLY_SHARE
    waitMs = Math.min(TALLY_EVERY_MS_MAX, Math.max(TALLY_EVERY_MS, fairMs))
  }

  return {
    tell(event: AcceptedEvent, known: KnownEvent): void {
      const tally = tallyOf(known)
      if (tally === null) return void say(event, known)
      due.set(tally, [event, known])
      timer ??= setTimeout(sayTallies, waitMs).unref()
    },
    stop(): void {
      if (timer !== null) clearTimeout(timer)
      due.clear()
    },
  }
}
