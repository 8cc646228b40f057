import type { CID } from 'multiformats/cid'
import type { Holder } from './holder.ts'

/** One block wanted, by any number of callers. */
export class Want {
  readonly cid: CID
  readonly key: string
  /** Somebody is listening or looking: asked for before what is only fetched ahead. */
  urgent: boolean
  readonly asked = new Map<Holder, number>()
  /** When each holder that refused may be asked again, in ms of the monotonic clock. */
  readonly refused = new Map<Holder, number>()
  /** Since when no holder is left to ask. */
  stuckSince: number | null = null
  callers = 0
  readonly #settled = Promise.withResolvers<Uint8Array>()

  constructor(cid: CID, urgent: boolean) {
    this.cid = cid
    this.key = wantKey(cid)
    this.urgent = urgent
    // Callers may all have left when it fails.
    this.#settled.promise.catch(() => {})
  }

  get promise(): Promise<Uint8Array> {
    return this.#settled.promise
  }

  resolve(block: Uint8Array): void {
    this.#settled.resolve(block)
  }

  reject(error: Error): void {
    this.#settled.reject(error)
  }

  mayAsk(holder: Holder, now: number): boolean {
    return !this.asked.has(holder) && (this.refused.get(holder) ?? 0) <= now
  }
}

/** The same bytes under another codec are the same block. */
export const wantKey = (cid: CID): string => Buffer.from(cid.multihash.bytes).toString('base64')
