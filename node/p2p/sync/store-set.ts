import { toString as asText } from 'uint8arrays/to-string'
import type { EventStore } from '#node/ports/event-store.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import type { EventSet } from '#src/engagement/reconcile/event-set.ts'
import { type Key, type Snapshot, takeSnapshot } from '#src/engagement/reconcile/snapshot.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { ADDED_MAX, SNAPSHOT_KEYS_MAX } from './limits.ts'
import type { Refusals } from './refusals.ts'

interface Held {
  readonly snapshot: Snapshot
  /** Appended since. */
  readonly added: Key[]
}

/**
 * Packed keys per community, shared by all sessions. The store only appends, so as many keys as the store counts are all
 * of them: a community whose appended events are told here is read from the store once.
 */
export class Snapshots {
  readonly #store: EventStore
  readonly #hasher: Hasher
  readonly #held = new Map<string, Held>()

  constructor(store: EventStore, hasher: Hasher) {
    this.#store = store
    this.#hasher = hasher
  }

  /** Tells of an appended event. One that is not told of costs reading the community again, no more. */
  added(community: Uint8Array, key: Key): void {
    const name = asText(community, 'base16')
    const held = this.#held.get(name)
    if (held === undefined) return
    if (held.added.length < ADDED_MAX) held.added.push(key)
    else this.#held.delete(name)
  }

  of(community: Uint8Array): Snapshot {
    const name = asText(community, 'base16')
    const held = this.#held.get(name)
    const snapshot = (held && this.#current(community, held)) ?? takeSnapshot(this.#store.keys(community), this.#hasher)
    this.#held.delete(name)
    this.#held.set(name, { snapshot, added: [] })
    this.#shrink()
    return snapshot
  }

  /** Forgets the communities that were asked for longest ago, except the last one. */
  #shrink(): void {
    let keys = 0
    for (const { snapshot } of this.#held.values()) keys += snapshot.size
    for (const [name, { snapshot }] of this.#held) {
      if (keys <= SNAPSHOT_KEYS_MAX || this.#held.size === 1) return
      this.#held.delete(name)
      keys -= snapshot.size
    }
  }

  #current(community: Uint8Array, { snapshot, added }: Held): Snapshot | null {
    if (snapshot.size + added.length !== this.#store.count(community)) return null
    return added.length === 0 ? snapshot : snapshot.withKeys(added)
  }
}

/** One community of the store, as a session sees it. */
export function storeSet(
  modules: { store: EventStore; snapshots: Snapshots; refusals: Refusals },
  community: Uint8Array,
): EventSet {
  const { store, snapshots, refusals } = modules
  return {
    snapshot: () => snapshots.of(community),
    vector: authorsMax => store.vector(community, authorsMax),
    byAuthor: (author, after, limit) => store.byAuthor(community, author, after, limit),
    get: ids => store.get(community, ids),
    missing: ids => ids.filter(id => !store.has(id) && !refusals.has(id)),
    refusedUpTo: author => refusals.refusedUpTo(community, author),
    seqOf(event) {
      const envelope = decodeEnvelope(event)
      if (!envelope.ok) throw new Error(`the store holds an unreadable event: ${envelope.error.message}`)
      return envelope.value.seq
    },
  }
}
