import type { StageErrorCode } from '#node/errors.ts'
import type { Intake } from '#node/ports/intake.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { StoreCount } from '#src/engagement/reconcile/step.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { FORGED_MAX, SUBMIT_CONCURRENCY } from './limits.ts'
import type { Refusals } from './refusals.ts'
import { SyncError } from './sync-error.ts'

/** Refusals that pass by themselves: the event is asked for again next time. */
const PASSING: ReadonlySet<StageErrorCode> = new Set<StageErrorCode>([
  'busy',
  'clock-off',
  'conflict',
  'disk-full',
  'data-folder-unusable',
  'internal',
  'log-halted',
  'rate-limited',
  'stopping',
  'unknown-community',
])
/** Refusals of this stage's own disk: going on would fetch everything and keep nothing. */
const FATAL: ReadonlySet<StageErrorCode> = new Set<StageErrorCode>(['disk-full', 'data-folder-unusable', 'stopping'])

/** Hands a session's events to the one door and counts what became of them. */
export class Keeper {
  readonly #modules: { intake: Intake; hasher: Hasher; refusals: Refusals }
  readonly #peer: string
  #forged = 0
  /** Events that were new here. */
  added = 0
  refused = 0

  constructor(modules: { intake: Intake; hasher: Hasher; refusals: Refusals }, peer: string) {
    this.#modules = modules
    this.#peer = peer
  }

  /** Resolves when every event is durable or refused. Throws `SyncError` when going on makes no sense. */
  async keep(events: readonly Uint8Array[]): Promise<StoreCount> {
    const count = { stored: 0, refused: 0 }
    for (let start = 0; start < events.length; start += SUBMIT_CONCURRENCY) {
      const window = events.slice(start, start + SUBMIT_CONCURRENCY)
      for (const stored of await Promise.all(window.map(bytes => this.#submit(bytes)))) {
        if (stored) count.stored++
        else count.refused++
      }
    }
    this.refused += count.refused
    return count
  }

  async #submit(bytes: Uint8Array): Promise<boolean> {
    const result = await this.#modules.intake.submit(bytes, { kind: 'sync', peer: this.#peer })
    if (result.ok) {
      if (result.value.status === 'accepted') this.added++
      return true
    }
    const { code, message } = result.error
    if (FATAL.has(code)) throw new SyncError('internal', message, code)
    if (code === 'bad-signature' || code === 'bad-envelope') {
      if (++this.#forged > FORGED_MAX)
        throw new SyncError('forged', 'The other stage sends events that were never signed.')
    } else if (!PASSING.has(code)) this.#remember(bytes)
    return false
  }

  #remember(bytes: Uint8Array): void {
    const envelope = decodeEnvelope(bytes)
    if (!envelope.ok) return
    const { type, payload } = envelope.value
    this.#modules.refusals.add(this.#modules.hasher.sha256(signedBytes(type, payload)), envelope.value)
  }
}
