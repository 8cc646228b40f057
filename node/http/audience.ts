import { randomBytes } from 'node:crypto'

/** A count is told at most this often, in ms: people come and go in crowds. */
const TELL_EVERY_MS = 3_000

/** Who of the readers of live updates looks at which event. A reader that closes its stream is not counted. */
export class Audience {
  readonly #told: (event: string, count: number) => void
  /** Reader -> the event that it looks at; null: none. */
  readonly #readers = new Map<string, string | null>()
  readonly #counts = new Map<string, number>()
  readonly #changed = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(told: (event: string, count: number) => void) {
    this.#told = told
  }

  /** A name that nobody else can guess, so that nobody speaks for another reader. */
  enter(): string {
    const reader = randomBytes(12).toString('hex')
    this.#readers.set(reader, null)
    return reader
  }

  leave(reader: string): void {
    this.#move(reader, null)
    this.#readers.delete(reader)
  }

  /** A reader looks at one event at a time. A name that is not known changes nothing. */
  look(reader: string, event: string, on: boolean): number {
    const now = this.#readers.get(reader)
    if (now !== undefined && (on || now === event)) this.#move(reader, on ? event : null)
    return this.#counts.get(event) ?? 0
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #move(reader: string, to: string | null): void {
    const from = this.#readers.get(reader) ?? null
    if (from === to) return
    this.#readers.set(reader, to)
    if (from !== null) this.#add(from, -1)
    if (to !== null) this.#add(to, 1)
  }

  #add(event: string, step: number): void {
    const count = (this.#counts.get(event) ?? 0) + step
    if (count === 0) this.#counts.delete(event)
    else this.#counts.set(event, count)
    this.#changed.add(event)
    this.#timer ??= setTimeout(() => this.#tell(), TELL_EVERY_MS).unref()
  }

  #tell(): void {
    this.#timer = undefined
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const event of changed) this.#told(event, this.#counts.get(event) ?? 0)
  }
}
