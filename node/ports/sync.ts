/** What one session did. */
export interface SyncReport {
  /** Events that were new here. */
  readonly received: number
  /** Events that were sent to the peer. */
  readonly sent: number
  readonly rounds: number
  readonly bytes: number
  readonly ms: number
}

/** Catch-up with one connected stage on one community. */
export interface Sync {
  /** Throws `StageError` 'unknown-community' when the peer does not hold it, 'peer-unreachable' when it goes away. */
  syncWith(peerId: string, community: Uint8Array, signal?: AbortSignal): Promise<SyncReport>
  /** Fetches what is missing of a community's log from a stage that holds it. Answers how many entries were new. */
  fetchLog(peerId: string, community: Uint8Array, signal?: AbortSignal): Promise<number>
}
