import { randomFillSync } from 'node:crypto'

/** What a fetcher needs to know to begin. */
export interface Served {
  /** Multiaddr, or a TCP port. */
  readonly address: string
}

export interface Fetched {
  readonly ttfbMs: number
  readonly seconds: number
  /** Processor time of the fetching process meanwhile. */
  readonly cpuMs: number
}

/** One way of moving a file between two processes. Connecting is not part of the measure; storing and checking is. */
export interface Contender {
  /** Fills `dir` with a file of that many random bytes; resolves to its name in this system. */
  publish(dir: string, bytes: number): Promise<string>
  serve(dir: string, name: string): Promise<Served>
  fetch(dir: string, served: Served, name: string, bytes: number): Promise<Fetched>
}

export const MIB = 1024 * 1024

export function* randomContent(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= MIB) yield randomFillSync(new Uint8Array(Math.min(left, MIB)))
}

/** Reads to the end and discards. `onFirst` is called with the first byte. */
export async function drain(source: AsyncIterable<Uint8Array>, onFirst: () => void): Promise<number> {
  let bytes = 0
  for await (const chunk of source) {
    if (bytes === 0) onFirst()
    bytes += chunk.length
  }
  return bytes
}

export class Stopwatch {
  readonly #start = performance.now()
  readonly #cpu = process.cpuUsage()
  #first: number | undefined

  readonly first = (): void => {
    this.#first ??= performance.now()
  }

  done(): Fetched {
    const now = performance.now()
    return { ttfbMs: (this.#first ?? now) - this.#start, seconds: (now - this.#start) / 1000, cpuMs: cpuMs(this.#cpu) }
  }
}

/** Processor time of this process, of all its threads, since then. */
export function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}
