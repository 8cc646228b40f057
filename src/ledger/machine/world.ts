import type { Hasher } from '#src/kernel/ports.ts'
import type { DivisionLine, Memory, Rules } from '../rules.ts'
import type { AgreementSlot, Registry } from './agreement-slots.ts'
import type { BatchSlot } from './batches.ts'
import type { ByteMap } from './byte-map.ts'
import type { Gone } from './gone.ts'
import type { Book } from './holdings.ts'
import type { Posting } from './machine.ts'
import type { PeerSlot } from './peers.ts'
import type { Pool } from './pools.ts'
import type { Channel, Family, Head, Meta } from './records.ts'
import type { Cell, StateMap } from './state-map.ts'
import type { Statement } from './statement.ts'
import type { Bought } from './value-records.ts'

/** A channel's place in the state, found by its key. */
export interface ChannelSlot {
  readonly cell: Cell<Channel>
  readonly holder: string
}

/** All that a log's execution works on: the state map, and ways into it that need no text keys. */
export interface World {
  readonly hasher: Hasher
  readonly sha256: (data: Uint8Array) => Uint8Array
  readonly rules: Rules
  readonly community: Uint8Array
  readonly state: StateMap
  readonly meta: Cell<Meta>
  readonly head: Cell<Head>
  /** By asset key. */
  readonly books: Map<string, Book>
  readonly channels: ByteMap<ChannelSlot>
  readonly agreements: ByteMap<AgreementSlot>
  /** By hash of the first version. */
  readonly families: ByteMap<Cell<Family>>
  /** By `kind/asset key`. */
  readonly pools: Map<string, Pool>
  readonly memory: Memory
  readonly registry: Registry
  /** Holders whose credits go elsewhere: an account's later keys. */
  readonly aliases: Map<string, Cell<Uint8Array>>
  /** Other communities, by their keys. */
  readonly peers: ByteMap<PeerSlot>
  /** Purchases that can be taken back, by the index of their receipts. */
  readonly bought: Map<number, Cell<Bought>>
  readonly batches: ByteMap<BatchSlot>
  /** Removed for good since the last sweep. */
  readonly gone: Gone[]
}

/** One entry under execution. */
export interface Run {
  readonly world: World
  readonly index: number
  readonly at: number
  /** The open period, in which it counts. */
  readonly period: string
  readonly leaf: Uint8Array
  readonly postings: Posting[]
  lines: readonly DivisionLine[]
  statements: readonly Statement[]
}
