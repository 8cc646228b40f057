import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import { type Book, balanceOf, bookOf, parKey } from './holdings.ts'
import { holdHolder, lineKey, outKey, peerHolder, peerKey } from './keys.ts'
import { refuse } from './refusal.ts'
import type { Cell } from './state-map.ts'
import { lineCodec, outCodec, peerCodec } from './value-codecs.ts'
import type { Line, Out, Peer } from './value-records.ts'
import type { Run, World } from './world.ts'

/** Another community's places in the state. */
export interface PeerSlot {
  readonly community: Uint8Array
  readonly hex: string
  readonly cell: Cell<Peer>
  /** Transfers toward it that have no end here, by sequence. */
  readonly outs: Map<number, Cell<Out>>
  /** Whose balance is this community's position with it, and what is on its way to it. */
  readonly position: string
  readonly hold: string
}

export const NO_PEER: Peer = { sent: 0, received: 0, frozen: false, settled: 0, settledIn: 0, heads: [] }

export const peerSlot = (world: World, community: Uint8Array): PeerSlot =>
  world.peers.ensure(community, own => {
    const hex = toText(own, 'base16')
    const cell = world.state.cell(peerKey(hex), peerCodec)
    return { community: own, hex, cell, outs: new Map(), position: peerHolder(hex), hold: holdHolder(hex) }
  })

/** Another community than this one. */
export function otherSlot(world: World, community: Uint8Array): PeerSlot {
  if (equals(community, world.community))
    refuse('wrong-party', 'this community has no dealings with itself; name another one')
  return peerSlot(world, community)
}

export const peerOf = ({ cell }: PeerSlot): Peer => cell.value ?? NO_PEER

export function changePeer(world: World, slot: PeerSlot, change: Partial<Peer>): void {
  world.state.set(slot.cell, { ...peerOf(slot), ...change })
}

export function outCell(world: World, slot: PeerSlot, sequence: number): Cell<Out> {
  let cell = slot.outs.get(sequence)
  if (cell === undefined) {
    cell = world.state.cell(outKey(slot.hex, sequence), outCodec)
    slot.outs.set(sequence, cell)
  }
  return cell
}

/** Gives a transfer the next sequence toward a hop, and notes what has to come back. */
export function sendOut(run: Run, slot: PeerSlot, out: Omit<Out, 'leaf' | 'written'>): number {
  const { world } = run
  const sequence = peerOf(slot).sent + 1
  changePeer(world, slot, { sent: sequence })
  world.state.set(outCell(world, slot, sequence), { ...out, leaf: run.leaf.slice(), written: false })
  return sequence
}

export const notFrozen = (slot: PeerSlot): void => {
  if (peerOf(slot).frozen)
    refuse('line-frozen', 'the two communities have a dispute to settle first; nothing was moved')
}

export function lineCell(world: World, book: Book, community: string): Cell<Line> {
  let cell = book.lines.get(community)
  if (cell === undefined) {
    const [code = '', scale = ''] = book.asset.split('/')
    cell = world.state.cell(lineKey(community, code, scale), lineCodec)
    book.lines.set(community, cell)
  }
  return cell
}

/** The line over which an amount of another community's credit may come in now; it must have room for it. */
export function openLine(run: Run, slot: PeerSlot, book: Book, gross: bigint): Line {
  const line = book.lines.get(slot.hex)?.value
  if (line === undefined)
    return refuse('no-line', "this community accepts no such credit of that community's; nothing was moved")
  notFrozen(slot)
  if (line.limit === 0n) refuse('line-closed', 'the credit line is closed; nothing was moved')
  if (run.at > line.expiry)
    refuse('line-expired', 'the credit line has expired and has to be renewed; nothing was moved')
  if (gross - balanceOf(book, slot.position) > line.limit * book.unit)
    refuse('over-limit', 'the other community would owe more than its credit line allows; nothing was moved')
  return line
}

/** The book in which this log counts a code and scale, whoever issued it. */
export const parBook = (world: World, asset: Parameters<typeof parKey>[1]): Book => bookOf(world, parKey(world, asset))
