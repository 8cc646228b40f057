/** Size of every event, in bytes, as it travels inside gossip. */
export const EVENT_BYTES = 256

/** One node of the network that is measured, inside its own process. */
export interface Contender {
  readonly addresses: readonly string[]
  /** Makes the events of these indices ready, so that writing and signing them is no part of what is measured. */
  prepare(indices: readonly number[]): Promise<void>
  /** Publishes a prepared event. */
  publish(index: number): void
}

export interface StartOptions {
  /** For whatever the node keeps on disk. */
  readonly folder: string
  /** Addresses of the nodes that are up already, to connect to; the first one's community is what is gossiped about. */
  readonly others: readonly string[]
  /** Called for every event of others once it would be shown to people. */
  readonly delivered: (index: number) => void
}

export type StartContender = (options: StartOptions) => Promise<Contender>
