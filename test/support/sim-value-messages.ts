import type { Waiting } from '#src/value/relay/view.ts'
import type { SimClock, SimNetwork, SimRandom } from './sim-network.ts'
import type { SimLog } from './sim-value-log.ts'
import type { SimValueStage } from './sim-value-stage.ts'

/** A leaf with its place, as it is shown. */
export interface ShownItem {
  readonly index: number
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
}

/** Messages of the value protocol, as far as transfers need them. `from` is what the connection says, not what is believed. */
export type ValueMessage =
  | {
      readonly t: 'leaves'
      readonly note: string
      readonly commit: Uint8Array
      readonly commitPath: readonly Uint8Array[]
      /** Size that the consistency proof begins at. */
      readonly base: number
      readonly consistency: readonly Uint8Array[]
      readonly items: readonly ShownItem[]
    }
  | { readonly t: 'results'; readonly size: number; readonly sequences: readonly number[] }
  | { readonly t: 'taken' | 'behind'; readonly size: number; readonly received: number }

/** What the stages share. */
export interface ValueWorld {
  readonly clock: SimClock
  readonly random: SimRandom
  readonly network: SimNetwork
  /** Delivers, sooner or later, perhaps; anybody may listen. */
  send(from: SimValueStage, to: string, message: ValueMessage): void
  /** Whether that log's committee certified this note: who asks need not believe the sender. */
  isCertified(community: string, note: string): { readonly size: number; readonly root: Uint8Array } | null
  believed(log: SimLog, community: string, size: number): void
  readonly communities: readonly Uint8Array[]
  /** How likely a stage dies between two acts of its relay. */
  readonly crashChance: number
  crashed(stage: SimValueStage): void
}

/** A leaf that waits for its turn, under the head of this size. */
export type WaitingLeaf = Waiting & ShownItem & { readonly size: number }
