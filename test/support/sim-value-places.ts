import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readAsking } from '#src/ledger/machine/foreign-leaves.ts'
import type { Decided } from '#src/value/relay/view.ts'
import { nameOf, type SimLog } from './sim-value-log.ts'

/** Where asks and answers stand in a log: found again after a crash by reading it. */
export class SimPlaces {
  readonly #log: SimLog
  readonly #asks = new Map<string, number>()
  readonly #answers = new Map<string, number>()
  #read = 0
  /** Decided since a stage began to read, and not shown yet: what it has to tell without being asked. */
  decided: Decided[] = []

  constructor(log: SimLog) {
    this.#log = log
  }

  ask(next: string, sequence: number): number {
    return this.#asks.get(`${next}/${sequence}`) as number
  }

  answer(source: string, sequence: number): number | undefined {
    return this.#answers.get(`${source}/${sequence}`)
  }

  readOn(): void {
    for (; this.#read < this.#log.size; this.#read++) this.#look(this.#read)
  }

  #look(index: number): void {
    const decoded = decodeEntry(this.#log.entries[index] as Uint8Array)
    const entry = decoded.ok ? decoded.value : null
    if (entry?.kind === 'transfer-out') this.#asks.set(`${nameOf(entry.next)}/${entry.sequence}`, index)
    if (entry?.kind === 'transfer-in' && entry.outcome === 'forwarded') {
      const asked = readAsking(entry.leaf)
      const next = asked?.stops[asked.here + 1]
      if (next !== undefined) this.#asks.set(`${nameOf(next)}/${entry.onward}`, index)
    } else if (entry?.kind === 'transfer-in') this.#answered(nameOf(entry.source), entry.sequence, index)
    if ((entry?.kind === 'transfer-end' || entry?.kind === 'write-off') && entry.back !== null)
      this.#answered(nameOf(entry.back.source), entry.back.sequence, index)
  }

  #answered(source: string, sequence: number, index: number): void {
    this.#answers.set(`${source}/${sequence}`, index)
    this.decided.push({ source, sequence, index })
  }
}
