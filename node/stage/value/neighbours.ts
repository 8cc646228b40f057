import { fromString } from 'uint8arrays/from-string'
import type { ValueFault } from '#node/ports/value.ts'
import type { KnownHead } from '#protocols/value/v1/messages.ts'
import { retryAdvice } from '#protocols/value/v1/refusals.ts'
import type { CommunityHex } from '#src/value/relay/view.ts'
import { hex } from '../keys.ts'

const RETRY_MS = 1_000
const RETRY_MS_MAX = 60_000

/** What this process remembers of a conversation. All of it may be lost at any time. */
export interface Neighbourhood {
  /** Of the own log, as the other side said; null before it did. */
  knows: KnownHead | null
  /** It was shown what a closed generation of the own log asks of it. */
  knowsClosed: boolean
  took: number
  askedAt: number
  retryAt: number
  failures: number
  /** Something is being said to it now. */
  talking: boolean
}

const fresh = (): Neighbourhood => ({
  knows: null,
  knowsClosed: false,
  took: 0,
  askedAt: 0,
  retryAt: 0,
  failures: 0,
  talking: false,
})

export class Neighbours {
  readonly #known = new Map<CommunityHex, Neighbourhood>()

  of(community: CommunityHex): Neighbourhood {
    let held = this.#known.get(community)
    if (held === undefined) {
      held = fresh()
      this.#known.set(community, held)
    }
    return held
  }

  /** It connected: it may have been restored from a backup, so it is asked anew. */
  back(community: Uint8Array): void {
    const held = this.#known.get(hex(community))
    if (held !== undefined) Object.assign(held, { ...fresh(), talking: held.talking })
  }

  answered(community: CommunityHex): void {
    Object.assign(this.of(community), { failures: 0, retryAt: 0 })
  }

  /**
   * Each failure doubles the wait for the next attempt; what would be refused again just so waits longest. `why`: what the other
   * side said, and when it is to be asked again.
   */
  failed(community: CommunityHex, now: number, why: Pick<ValueFault, 'code' | 'retryMs'> | null = null): void {
    const held = this.of(community)
    const isVain = why !== null && retryAdvice(why.code) === 'never'
    const wait = isVain ? RETRY_MS_MAX : Math.min(RETRY_MS * 2 ** held.failures, RETRY_MS_MAX)
    held.failures++
    held.knows = null
    held.retryAt = now + Math.max(why?.retryMs ?? 0, wait)
  }
}

export const keyOf = (community: CommunityHex): Uint8Array => fromString(community, 'base16')
