import { fromString } from 'uint8arrays/from-string'
import type { Reader } from '#protocols/codec/reader.ts'
import { Writer } from '#protocols/codec/writer.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { StateTree, stateLeaf } from './state-tree.ts'

/** Canonical bytes of one kind of state value. */
export interface StateCodec<T> {
  write(writer: Writer, value: T): Writer
  read(reader: Reader): T
}

/** The place of one key. Values are never changed in place, so that an old one can be put back. */
export class Cell<T> {
  readonly key: string
  readonly codec: StateCodec<T>
  /** Undefined while the key is absent. Written by `StateMap.set` alone. */
  value: T | undefined = undefined
  /** Changed since the tree last took it over. */
  dirty = false
  /** SHA-256 of the key, once it was needed. */
  hash: Uint8Array | null = null

  /** Kept beside the tree, so never handed to it: as if it were dirty and known to be. */
  constructor(key: string, codec: StateCodec<T>, rooted = true) {
    this.key = key
    this.codec = codec
    this.dirty = !rooted
  }
}

const SCRATCH = new Uint8Array(512)

export const encodeValue = <T>(codec: StateCodec<T>, value: T): Uint8Array =>
  codec.write(new Writer(SCRATCH), value).finish()

const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

/** Everything that a log's entries have led to: text keys, typed values, a journal to undo with, and the tree over both. */
export class StateMap {
  readonly #hasher: Hasher
  readonly #tree: StateTree
  readonly #cells = new Map<string, Cell<unknown>>()
  readonly #dirty: Cell<unknown>[] = []
  readonly #changed: Cell<unknown>[] = []
  readonly #before: unknown[] = []
  /** Changes forgotten so far: marks count from the first change ever. */
  #settled = 0
  #marked = false

  constructor(hasher: Hasher) {
    this.#hasher = hasher
    this.#tree = new StateTree(hasher)
  }

  /** The cell of a key; an absent key gets one that is empty. */
  cell<T>(key: string, codec: StateCodec<T>, rooted = true): Cell<T> {
    let cell = this.#cells.get(key)
    if (cell === undefined) {
      cell = new Cell(key, codec, rooted) as Cell<unknown>
      this.#cells.set(key, cell)
    }
    return cell as Cell<T>
  }

  find(key: string): Cell<unknown> | undefined {
    return this.#cells.get(key)
  }

  set<T>(cell: Cell<T>, value: T | undefined): void {
    this.#changed.push(cell as Cell<unknown>)
    this.#before.push(cell.value)
    this.#put(cell as Cell<unknown>, value)
  }

  #put(cell: Cell<unknown>, value: unknown): void {
    cell.value = value
    if (cell.dirty) return
    cell.dirty = true
    this.#dirty.push(cell)
  }

  /** Position in the journal, to which `rollback` returns. From here on changes are kept until `settle`. */
  mark(): number {
    this.#marked = true
    return this.here()
  }

  here(): number {
    return this.#settled + this.#changed.length
  }

  rollback(mark: number): void {
    if (mark < this.#settled || mark > this.here()) throw new RangeError('this mark was settled or never taken')
    while (this.here() > mark) this.#put(this.#changed.pop() as Cell<unknown>, this.#before.pop())
  }

  settle(): void {
    this.#marked = false
    this.done()
  }

  /** After each entry: forgets how to undo it, unless a mark is held. */
  done(): void {
    if (this.#marked) return
    this.#settled += this.#changed.length
    this.#changed.length = 0
    this.#before.length = 0
  }

  root(): Uint8Array {
    for (const cell of this.#dirty) {
      cell.dirty = false
      cell.hash ??= this.#hasher.sha256(fromString(cell.key))
      if (cell.value === undefined) this.#tree.remove(cell.hash)
      else this.#tree.put(cell.hash, stateLeaf(this.#hasher, cell.hash, encodeValue(cell.codec, cell.value)))
    }
    this.#dirty.length = 0
    return this.#tree.root()
  }

  prove(key: string): { readonly value: Uint8Array; readonly siblings: readonly Uint8Array[] } | null {
    const cell = this.#cells.get(key)
    if (cell?.value === undefined) return null
    this.root()
    const siblings = cell.hash === null ? null : this.#tree.siblings(cell.hash)
    return siblings === null ? null : { value: encodeValue(cell.codec, cell.value), siblings }
  }

  /** Present keys, ascending. */
  entries(): { readonly key: string; readonly value: Uint8Array }[] {
    return [...this.#cells.values()]
      .filter(cell => cell.value !== undefined)
      .sort(byKey)
      .map(({ key, codec, value }) => ({ key, value: encodeValue(codec, value) }))
  }

  cells(): Iterable<Cell<unknown>> {
    return this.#cells.values()
  }
}
