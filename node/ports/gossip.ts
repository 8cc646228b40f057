/** What the validator decides about one message: ACCEPT spreads it, IGNORE drops it, REJECT also lowers the peer's score. */
export type Verdict = 'accept' | 'ignore' | 'reject'

export type TopicKind = 'events' | 'receipts'

export type GossipValidator = (
  community: Uint8Array,
  kind: TopicKind,
  bytes: Uint8Array,
  peer: string,
) => Promise<Verdict>

/** One events topic and one receipts topic per community. */
export interface Gossip {
  join(community: Uint8Array): void
  leave(community: Uint8Array): void
  /** Best effort: an unreachable mesh is not an error, since sync closes the gap. */
  publish(community: Uint8Array, kind: TopicKind, bytes: Uint8Array): Promise<void>
}
