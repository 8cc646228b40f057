/** Uniform numbers from one seed (mulberry32): every choice of a schedule comes from here. */
export class SimRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** An integer from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T
  }
}

interface Due {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

/** Virtual time: callbacks run in order of their time, then of their making. */
export class SimClock {
  #heap: Due[] = []
  #order = 0
  nowMs = 0

  after(delayMs: number, run: () => void): void {
    this.#heap.push({ atMs: this.nowMs + delayMs, order: this.#order++, run })
    this.#rise(this.#heap.length - 1)
  }

  /** Runs everything due before `untilMs`. */
  runUntil(untilMs: number): void {
    for (let due = this.#heap[0]; due !== undefined && due.atMs < untilMs; due = this.#heap[0]) {
      this.#pop()
      this.nowMs = due.atMs
      due.run()
    }
    this.nowMs = untilMs
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a] as Due, this.#heap[b] as Due]
    return x.atMs < y.atMs || (x.atMs === y.atMs && x.order < y.order)
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a] as Due
    this.#heap[a] = this.#heap[b] as Due
    this.#heap[b] = kept
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#before(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #pop(): void {
    this.#swap(0, this.#heap.length - 1)
    this.#heap.pop()
    for (let at = 0; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < this.#heap.length && this.#before(child, least)) least = child
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }
}

export interface LinkFaults {
  /** Share of datagrams (gossip) that vanish. */
  loss: number
  /** Share of datagrams that arrive twice. */
  duplicate: number
  /** Share of stream messages at which the stream breaks instead. */
  reset: number
  latencyMsMax: number
}

/** Links between stages: datagrams that are lost, doubled and overtaken, and streams that break. */
export class SimNetwork {
  readonly #clock: SimClock
  readonly #random: SimRandom
  /** Stages in different groups do not reach each other. */
  readonly #groups = new Map<number, number>()
  faults: LinkFaults = { loss: 0, duplicate: 0, reset: 0, latencyMsMax: 20 }

  constructor(clock: SimClock, random: SimRandom) {
    this.#clock = clock
    this.#random = random
  }

  partition(groupOf: (stage: number) => number, stages: number): void {
    for (let stage = 0; stage < stages; stage++) this.#groups.set(stage, groupOf(stage))
  }

  reaches(from: number, to: number): boolean {
    return this.#groups.get(from) === this.#groups.get(to)
  }

  #latency(): number {
    return 1 + this.#random.next() * this.faults.latencyMsMax
  }

  /** Random latencies make datagrams overtake each other. */
  datagram(from: number, to: number, deliver: () => void): void {
    const copies = this.#random.chance(this.faults.loss) ? 0 : this.#random.chance(this.faults.duplicate) ? 2 : 1
    for (let copy = 0; copy < copies; copy++)
      this.#clock.after(this.#latency(), () => {
        if (this.reaches(from, to)) deliver()
      })
  }

  /** One message of a stream in which one is under way at a time; `broken` when it cannot arrive. */
  streamed(from: number, to: number, deliver: () => void, broken: () => void): void {
    const breaks = this.#random.chance(this.faults.reset)
    this.#clock.after(this.#latency(), () => {
      if (breaks || !this.reaches(from, to)) broken()
      else deliver()
    })
  }
}
