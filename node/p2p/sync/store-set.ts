import { toString as asText } from 'uint8arrays/to-string'
import type { EventStore } from '#node/ports/event-store.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import type { EventSet } from '#src/engagement/reconcile/event-set.ts'
import { type Snapshot, takeSnapshot } from '#src/engagement/reconcile/snapshot.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { SNAPSHOTS_MAX } from './limits.ts'
import type { Refusals } from './refusals.ts'

/**
 * Packed keys per community, shared by all sessions. The store only appends, so an equal count is the same set, and a
 * quiet community is read once.
 */
export class Snapshots {
  readonly #store: EventStore
  readonly #hasher: Hasher
  readonly #held = new Map<string, Snapshot>()

  constructor(store: EventStore, hasher: Hasher) {
    this.#store = store
    this.#hasher = hasher
  }

  of(community: Uint8Array): Snapshot {
    const name = asText(community, 'base16')
    const held = this.#held.get(name)
    const current = held !== undefined && held.size === this.#store.count(community)
    const snapshot = current ? held : takeSnapshot(this.#store.keys(community), this.#hasher)
    this.#held.delete(name)
    this.#held.set(name, snapshot)
    const oldest = this.#held.size > SNAPSHOTS_MAX ? this.#held.keys().next().value : undefined
    if (oldest !== undefined) this.#held.delete(oldest)
    return snapshot
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
