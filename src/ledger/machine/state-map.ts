import { fromString } from 'uint8arrays/from-string'
import type { Reader } from '#protocols/codec/reader.ts'
import { Writer } from '#protocols/codec/writer.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { LEAF, StateTree } from './state-tree.ts'

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
  /** Stretch of the journal that holds this cell already. */
  stretch = 0

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

/** As `stateLeaf`, over the value where it was written. */
const leafOf = (hasher: Hasher, hash: Uint8Array, { codec, value }: Cell<unknown>): Uint8Array =>
  hasher.sha256(codec.write(new Writer(SCRATCH).raw(LEAF).raw(hash), value).view())

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
  /** Where the changes of the entry under execution begin. */
  #entry = 0
  /** Between two marks only the first change of a cell need be kept: what it was at the mark. */
  #stretch = 1

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

  /** Drops the place of an absent key that the tree does not hold. Not while a rollback could bring it back. */
  forget(cell: Cell<unknown>): boolean {
    if (this.#marked || cell.value !== undefined || cell.dirty) return false
    return this.#cells.delete(cell.key)
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
    this.#stretch++
    // What a fresh machine begins with lies before the mark, not in the entry that comes next.
    this.#entry = this.#changed.length
    return this.here()
  }

  here(): number {
    return this.#settled + this.#changed.length
  }

  rollback(mark: number): void {
    this.undo(mark)
    this.#entry = this.#changed.length
    this.#stretch++
  }

  /** Takes back what the entry under execution did since `position`. */
  undo(position: number): void {
    if (position < this.#settled || position > this.here()) throw new RangeError('this mark was settled or never taken')
    while (this.here() > position) this.#put(this.#changed.pop() as Cell<unknown>, this.#before.pop())
  }

  settle(): void {
    this.#marked = false
    this.done()
  }

  /** After each entry: forgets how to undo it, but for what a mark needs. */
  done(): void {
    let kept = this.#marked ? this.#entry : 0
    for (let i = kept; this.#marked && i < this.#changed.length; i++) {
      const cell = this.#changed[i] as Cell<unknown>
      if (cell.stretch === this.#stretch) continue
      cell.stretch = this.#stretch
      this.#changed[kept] = cell
      this.#before[kept++] = this.#before[i]
    }
    if (!this.#marked) this.#settled += this.#changed.length
    this.#changed.length = kept
    this.#before.length = kept
    this.#entry = kept
  }

  root(): Uint8Array {
    for (const cell of this.#dirty) {
      cell.dirty = false
      cell.hash ??= this.#hasher.sha256(fromString(cell.key))
      if (cell.value === undefined) this.#tree.remove(cell.hash)
      else this.#tree.put(cell.hash, leafOf(this.#hasher, cell.hash, cell))
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
