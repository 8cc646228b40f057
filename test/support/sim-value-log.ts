import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { decodeEnvelope, encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import type { createMachine } from '#src/ledger/machine/create.ts'
import type { Applied, Machine, MachineInit } from '#src/ledger/machine/machine.ts'
import type { readEntry } from '#src/ledger/machine/read-entry.ts'
import {
  appendedNodes,
  consistencyProof,
  inclusionProof,
  leafHash,
  type NodeReader,
  rootAt,
} from '#src/ledger/merkle.ts'
import { createRules } from '#src/royalties/rules.ts'
import { simHasher, simKey, simSigner, simVerifier } from './sim-ledger-crypto.ts'

/** The production machine, or a copy of it with one rule taken out. */
export interface Machinery {
  readonly createMachine: typeof createMachine
  readonly readEntry: typeof readEntry
}

/** A signed head of a log, and who may believe it. */
export interface SimHead {
  readonly size: number
  readonly root: Uint8Array
  readonly note: string
}

/** Told of everything that any log ever writes. */
export interface LogWatcher {
  appended(log: SimLog, entry: Entry, applied: Applied): void
}

const rules = createRules({ hasher: simHasher })
export const hexOf = (bytes: Uint8Array): string => toText(bytes, 'base16')

const names = new Map<number, string>()

/** `hexOf` of a key that `simKey` made: few, and asked for all the time. */
export function nameOf(key: Uint8Array): string {
  const number = (key[30] as number) * 256 + (key[31] as number)
  const name = names.get(number) ?? hexOf(key)
  names.set(number, name)
  return name
}

/** The durable half of a stage: entries, tree and signed heads outlive a crash; the machine is executed again. */
export class SimLog {
  readonly community: Uint8Array
  readonly hex: string
  readonly #machinery: Machinery
  readonly #watcher: LogWatcher
  readonly #init: MachineInit
  readonly entries: Uint8Array[] = []
  readonly #nodes: Uint8Array[][] = []
  machine: Machine
  /** Newest head that a certificate covers: what others may be shown. */
  certified: SimHead | null = null
  signed: SimHead | null = null

  constructor(number: number, machinery: Machinery, watcher: LogWatcher) {
    this.community = simKey(number)
    this.hex = nameOf(this.community)
    this.#machinery = machinery
    this.#watcher = watcher
    this.#init = { hasher: simHasher, rules, community: this.community }
    this.machine = machinery.createMachine(this.#init)
  }

  readonly #read: NodeReader = (level, index) => this.#nodes[level]?.[index] as Uint8Array

  get size(): number {
    return this.entries.length
  }

  genesis(at: number): void {
    const fields = { network: 'bandstand', community: this.community, generation: 1, predecessor: null }
    this.append({ kind: 'genesis', at, ...fields, rules: rules.hash })
  }

  /** Executes and keeps an entry as an auditor would: whatever the proposer thought. Answers the code of a refusal. */
  append(entry: Entry): string | null {
    const bytes = encodeEntry(entry)
    const read = this.#machinery.readEntry(simHasher, this.community, bytes)
    if (!read.ok) return read.error.code
    for (const { publicKey, message, signature } of read.value.checks)
      if (!simVerifier.verify(publicKey, message, signature)) return 'bad-signature'
    const applied = this.machine.apply(read.value)
    if (!applied.ok) return applied.error.code
    this.machine.settle()
    for (const { level, index, hash } of appendedNodes(simHasher, this.#read, this.entries.length, read.value.leaf)) {
      this.#nodes[level] ??= []
      ;(this.#nodes[level] as Uint8Array[])[index] = hash
    }
    this.entries.push(bytes)
    this.#watcher.appended(this, read.value.entry, applied.value)
    return null
  }

  /** The log's clock never goes back. */
  at(now: number): number {
    return Math.max(now, this.machine.lastAt)
  }

  /** An order signed now; the log's size rises with each, so it serves as everybody's sequence. */
  order<T extends OrderType>(author: Uint8Array, type: T, now: number, body: OrderBodies[T]): string | null {
    const at = this.at(now)
    const payload = encodePayload({ type, author, community: this.community, seq: this.size, at, body })
    const signature = simSigner(author).sign(signedBytes(type, payload))
    const envelope = decodeEnvelope(encodeEnvelope(payload, signature))
    if (!envelope.ok) throw new Error(envelope.error.message)
    const entry = this.machine.fromOrder(envelope.value, at)
    return entry.ok ? this.append(entry.value) : entry.error.code
  }

  /** Commits and signs what is new; null when nothing is. */
  commit(now: number): SimHead | null {
    if (this.machine.size === this.machine.committed) return null
    const fault = this.append(this.machine.commit(this.at(now), 0))
    if (fault !== null) throw new Error(`a commit was refused: ${fault}`)
    return this.sign()
  }

  sign(): SimHead {
    const origin = originOf(this.community)
    const root = rootAt(simHasher, this.#read, this.size)
    const text = checkpointText(origin, this.size, root)
    const keyId = keyIdOf(simHasher.sha256, origin, this.community)
    const note = formatNote(text, [
      { name: origin, keyId, signature: simSigner(this.community).sign(fromString(text)) },
    ])
    this.signed = { size: this.size, root, note }
    return this.signed
  }

  rootAt(size: number): Uint8Array {
    return rootAt(simHasher, this.#read, size)
  }

  prove(index: number, size: number): Uint8Array[] {
    return inclusionProof(simHasher, this.#read, index, size)
  }

  consistency(from: number, to: number): Uint8Array[] {
    return from > 0 && from <= to ? consistencyProof(simHasher, this.#read, from, to) : []
  }

  /** What a start after a crash does: executes all of it again, and must come to the same state. */
  restart(): void {
    const before = hexOf(this.machine.stateRoot())
    const machine = this.#machinery.createMachine(this.#init)
    for (const bytes of this.entries) {
      const read = this.#machinery.readEntry(simHasher, this.community, bytes)
      const applied = read.ok ? machine.apply(read.value) : read
      if (!applied.ok)
        throw new Error(`the log's own entry is refused when it is executed again: ${applied.error.code}`)
    }
    machine.settle()
    if (hexOf(machine.stateRoot()) !== before) throw new Error('the same entries gave another state')
    this.machine = machine
  }

  /** The same log once more, for whoever wants to go on with it in two ways. */
  fork(watcher: LogWatcher): SimLog {
    const twin = new SimLog(this.community[31] as number, this.#machinery, watcher)
    for (const bytes of this.entries) {
      const read = this.#machinery.readEntry(simHasher, this.community, bytes)
      if (!read.ok || twin.append(read.value.entry) !== null) throw new Error('a log can be copied')
    }
    twin.certified = this.certified
    return twin
  }
}

export const leafOf = (bytes: Uint8Array): Uint8Array => leafHash(simHasher, bytes)
