import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import type { Submission } from '#src/ledger/committee/types.ts'
import { type CompactRange, EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { createMachine, createSuccessor } from '#src/ledger/machine/create.ts'
import type { Machine, MachineInit, ReadEntry } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { consistencyProof, inclusionProof, nodeHash } from '#src/ledger/merkle.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import { simHasher, simSigner, simVerifier } from './sim-ledger-crypto.ts'
import { SIM_COMMUNITY, simRules } from './sim-ledger-orders.ts'

/** One entry on top of a history. Histories that share a beginning share its blocks. */
export interface Block {
  readonly origin: string
  readonly parent: Block | null
  readonly bytes: Uint8Array
  readonly entry: Entry | null
  readonly read: ReadEntry | null
  readonly size: number
  readonly range: CompactRange
  readonly leaf: Uint8Array
  readonly next: Map<Uint8Array, Block>
  readonly sent: Map<number, Submission>
  root: Uint8Array | null
  note: string | null
  /** Null when it is valid on its parent; undefined while nobody tried. */
  fault: RuleFault | null | undefined
  machine: Machine | null
}

const INIT: MachineInit = { hasher: simHasher, rules: simRules, community: SIM_COMMUNITY }
const ORIGINS = [originOf(SIM_COMMUNITY, 1), originOf(SIM_COMMUNITY, 2)]
const NOTHING = new Uint8Array(0)
const signer = simSigner(SIM_COMMUNITY)

/**
 * Every history that anybody wrote, executed once by the real machine: a seat's own execution of the same entries on the
 * same history would give the same outcome, and would take most of the simulator's time.
 */
export class SimChains {
  readonly #origins = new Map<string, Block>()
  /** Signed heads, by their text. */
  readonly heads = new Map<string, Block>()

  origin(generation: number): Block {
    return this.originNamed(ORIGINS[generation - 1] as string)
  }

  originNamed(origin: string): Block {
    let block = this.#origins.get(origin)
    if (block === undefined) {
      const empty = { bytes: NOTHING, entry: null, read: null, size: 0, range: EMPTY_RANGE, leaf: NOTHING }
      block = {
        origin,
        parent: null,
        ...empty,
        next: new Map(),
        sent: new Map(),
        root: null,
        note: null,
        fault: null,
        machine: null,
      }
      this.#origins.set(origin, block)
    }
    return block
  }

  append(parent: Block, bytes: Uint8Array): Block {
    const known = parent.next.get(bytes)
    if (known !== undefined) return known
    const read = readEntry(simHasher, SIM_COMMUNITY, bytes)
    if (!read.ok) throw new Error(read.error.message)
    const { entry, leaf } = read.value
    const range = extendRange(simHasher, parent.range, leaf)
    const { origin } = parent
    const fresh = { next: new Map(), sent: new Map(), root: null, note: null, fault: undefined, machine: null }
    const block: Block = {
      origin,
      parent,
      bytes,
      entry,
      read: read.value,
      size: parent.size + 1,
      range,
      leaf,
      ...fresh,
    }
    const twin = [...parent.next.values()].find(other => equals(other.leaf, leaf))
    parent.next.set(bytes, twin ?? block)
    return twin ?? block
  }

  rootOf(block: Block): Uint8Array {
    block.root ??= rangeRoot(simHasher, block.range)
    return block.root
  }

  path(block: Block, from: number): Block[] {
    const blocks: Block[] = []
    for (let at: Block | null = block; at !== null && at.size > from; at = at.parent) blocks.push(at)
    return blocks.reverse()
  }

  /** The block at which this history had `size` entries. */
  at(block: Block, size: number): Block | null {
    let at: Block | null = block
    while (at !== null && at.size > size) at = at.parent
    return at?.size === size ? at : null
  }

  begins(history: Block, start: Block): boolean {
    return this.at(history, start.size) === start
  }

  /** Why this history is not valid; null when it is. */
  fault(block: Block): RuleFault | null {
    if (block.fault === undefined) {
      const parent = block.parent as Block
      block.fault = this.fault(parent) ?? this.#execute(parent, block)
    }
    return block.fault
  }

  #execute(parent: Block, block: Block): RuleFault | null {
    const read = block.read as ReadEntry
    for (const { publicKey, message, signature } of read.checks)
      if (!simVerifier.verify(publicKey, message, signature)) return { code: 'bad-signature', message: '' }
    const machine = this.#beginning(block) ?? this.machine(parent)
    const done = machine.apply(read)
    if (!done.ok) return done.error
    parent.machine = null
    block.machine = machine
    return null
  }

  #beginning({ entry }: Block): Machine | null {
    if (entry?.kind !== 'genesis') return null
    if (entry.predecessor === null) return createMachine(INIT)
    const { origin, size, root } = entry.predecessor
    const closed = this.heads.get(checkpointText(origin, size, root))
    if (closed === undefined) throw new Error('a successor follows on a head that was signed')
    const machine = createSuccessor(INIT, this.machine(closed).snapshot())
    if (!machine.ok) throw new Error(machine.error.message)
    return machine.value
  }

  /** The state of a valid history. Moves on with the block that is executed on it. */
  machine(block: Block): Machine {
    if (block.machine === null) {
      const blocks = this.path(block, 0)
      const first = blocks[0]
      const machine = (first === undefined ? null : this.#beginning(first)) ?? createMachine(INIT)
      for (const { read } of blocks)
        if (read === null || !machine.apply(read).ok) throw new Error('only a valid history has a state')
      block.machine = machine
    }
    return block.machine
  }

  /** The log's signature on a head. */
  sign(block: Block): string {
    if (block.note === null) {
      const text = checkpointText(block.origin, block.size, this.rootOf(block))
      const keyId = keyIdOf(simHasher.sha256, block.origin, SIM_COMMUNITY)
      block.note = formatNote(text, [{ name: block.origin, keyId, signature: signer.sign(fromString(text)) }])
      this.heads.set(text, block)
    }
    return block.note
  }

  #reader(block: Block) {
    const leaves = this.path(block, 0).map(({ leaf }) => leaf)
    const read = (level: number, index: number): Uint8Array =>
      level === 0
        ? (leaves[index] as Uint8Array)
        : nodeHash(simHasher, read(level - 1, 2 * index), read(level - 1, 2 * index + 1))
    return read
  }

  /** Proof of the last leaf. */
  proveLast(block: Block): Uint8Array[] {
    return inclusionProof(simHasher, this.#reader(block), block.size - 1, block.size)
  }

  submission(block: Block, from: number): Submission {
    let submission = block.sent.get(from)
    if (submission === undefined) {
      const entries = this.path(block, from).map(({ bytes }) => bytes)
      const consistency = consistencyProof(simHasher, this.#reader(block), from, block.size)
      const { origin } = block
      submission = { origin, from, entries, note: this.sign(block), consistency, handovers: [], closing: null }
      block.sent.set(from, submission)
    }
    return submission
  }
}
