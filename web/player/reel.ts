import type { QueueTrack } from '#web/kit/mod.ts'

/** One track on the time line that it shares with those before and after it. Seconds. */
export interface Spool {
  readonly track: QueueTrack
  readonly startS: number
  /** Encoder delay in front of the music that is to be cut off; null before its first bytes were seen. */
  skipS: number | null
  /** As its playlist says, and exact once its last segment was seen; null before either. */
  endS: number | null
}

/** Playing is measured in steps of a decoded packet: a position this close to a border belongs to what comes after it. */
const BORDER_S = 0.005

/** Tracks that follow each other in one stream. Never empty. */
export class Reel {
  readonly #spools: Spool[]

  constructor(track: QueueTrack) {
    this.#spools = [{ track, startS: 0, skipS: null, endS: null }]
  }

  /** The one that a time belongs to. */
  at(timeS: number): Spool {
    return this.#spools.findLast(({ startS }) => startS <= timeS + BORDER_S) ?? (this.#spools[0] as Spool)
  }

  after(spool: Spool): Spool | null {
    return this.#spools[this.#spools.indexOf(spool) + 1] ?? null
  }

  /** Adds a track behind the last one, whose end is known. */
  follow(track: QueueTrack): Spool {
    const spool: Spool = { track, startS: this.#spools.at(-1)?.endS ?? 0, skipS: null, endS: null }
    this.#spools.push(spool)
    return spool
  }

  /** Takes away all that comes after. */
  cutAfter(spool: Spool): void {
    this.#spools.splice(this.#spools.indexOf(spool) + 1)
  }
}
