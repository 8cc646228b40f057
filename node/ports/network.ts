import type { CID } from 'multiformats/cid'

/** What was agreed with a connected peer at the handshake, and how the connection looks. */
export interface PeerRecord {
  readonly peerId: string
  readonly address: string
  readonly direction: 'inbound' | 'outbound'
  readonly name: string | null
  readonly software: string | null
  readonly protocols: Readonly<Record<string, string>>
  readonly features: readonly string[]
  readonly clockSkewMs: number | null
  readonly refused: string | null
  readonly latencyMs: number | null
}

/** Connections to other stages. A stage's peer id is its community key. */
export interface Network {
  readonly peerId: string
  addresses(): string[]
  peers(): PeerRecord[]
  /** Dials and completes the handshake, or throws `StageError` 'peer-unreachable' | 'peer-refused' | 'bad-address'. Resolves to the peer's community key. */
  connect(address: string): Promise<Uint8Array>
  isConnected(community: Uint8Array): boolean
  /** Keeps a connection to this community from now on. `address` is where it was followed, for when no other is known. */
  follow(community: Uint8Array, address?: string): void
  unfollow(community: Uint8Array): void
  /** Called after each completed handshake, and when the last connection to a peer closes. */
  onPeer(listener: (community: Uint8Array, connected: boolean) => void): () => void
}

/** Blocks of media: content-addressed, verified on arrival, local first and then from holders. */
export interface Blocks {
  has(cid: CID): Promise<boolean>
  /** Local, or fetched from connected holders. Throws `StageError` 'no-holder' when nobody answers in time. */
  get(cid: CID, options?: { signal?: AbortSignal; local?: boolean }): Promise<Uint8Array>
}
