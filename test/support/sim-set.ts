import { createHash } from 'node:crypto'
import type { EventSet } from '#src/engagement/reconcile/event-set.ts'
import { type Snapshot, takeSnapshot } from '#src/engagement/reconcile/snapshot.ts'
import type { Hasher } from '#src/kernel/ports.ts'

export const sha256: Hasher = { sha256: data => createHash('sha256').update(data).digest() }

/** A small event without a signature: 32 bytes of id, then author, sequence and time. */
export interface SimEvent {
  readonly id: Uint8Array
  readonly author: number
  readonly seq: number
  readonly at: number
  readonly bytes: Uint8Array
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** `variant` tells apart two events that an author gave the same sequence. */
export function simEvent(author: number, seq: number, at: number, variant = 0): SimEvent {
  const body = new Uint32Array([author, seq, at, variant])
  const id = new Uint8Array(sha256.sha256(new Uint8Array(body.buffer)))
  const bytes = new Uint8Array(48)
  bytes.set(id)
  bytes.set(new Uint8Array(body.buffer), 32)
  return { id, author, seq, at, bytes }
}

export function parseSimEvent(bytes: Uint8Array): SimEvent {
  const body = new Uint32Array(bytes.slice(32).buffer)
  return { id: bytes.slice(0, 32), author: body[0]!, seq: body[1]!, at: body[2]!, bytes }
}

const keyOf = (author: number): Uint8Array => new Uint8Array(32).fill(author)

/** The events of one simulated stage, with the reads that a sync session needs. */
export class SimSet implements EventSet {
  readonly #events = new Map<string, SimEvent>()
  #sorted: SimEvent[] | null = null
  #snapshot: Snapshot | null = null

  get size(): number {
    return this.#events.size
  }

  /** False when it was held already. */
  add(event: SimEvent): boolean {
    const key = hex(event.id)
    if (this.#events.has(key)) return false
    this.#events.set(key, event)
    this.#sorted = null
    this.#snapshot = null
    return true
  }

  has(id: Uint8Array): boolean {
    return this.#events.has(hex(id))
  }

  ids(): string[] {
    return [...this.#events.keys()].sort()
  }

  events(): SimEvent[] {
    this.#sorted ??= [...this.#events.values()].sort((a, b) => a.at - b.at || Buffer.compare(a.id, b.id))
    return this.#sorted
  }

  snapshot(): Snapshot {
    this.#snapshot ??= takeSnapshot(this.events(), sha256)
    return this.#snapshot
  }

  vector(authorsMax: number) {
    const rows = new Map<number, { author: Uint8Array; seqMax: number; count: number }>()
    for (const { author, seq } of this.#events.values()) {
      const row = rows.get(author) ?? { author: keyOf(author), seqMax: 0, count: 0 }
      rows.set(author, { ...row, seqMax: Math.max(row.seqMax, seq), count: row.count + 1 })
    }
    return rows.size > authorsMax ? null : [...rows.values()]
  }

  byAuthor(author: Uint8Array, after: number, limit: number): Uint8Array[] {
    return this.events()
      .filter(event => event.author === author[0] && event.seq > after)
      .sort((a, b) => a.seq - b.seq || Buffer.compare(a.id, b.id))
      .slice(0, limit)
      .map(event => event.bytes)
  }

  get(ids: readonly Uint8Array[]): Uint8Array[] {
    return ids.flatMap(id => this.#events.get(hex(id))?.bytes ?? [])
  }

  missing(ids: readonly Uint8Array[]): Uint8Array[] {
    return ids.filter(id => !this.has(id))
  }

  refusedUpTo(): number {
    return 0
  }

  seqOf(event: Uint8Array): number {
    return parseSimEvent(event).seq
  }
}
