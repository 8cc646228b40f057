import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import { err, ok } from '#protocols/codec/result.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { CommitAt, Execution } from '#src/ledger/committee/execution.ts'
import type { SeatPorts } from '#src/ledger/committee/seat-ports.ts'
import type { Committee, SeatHead, Submission } from '#src/ledger/committee/types.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { type Consistency, verifyConsistency } from '#src/ledger/merkle-verify.ts'
import type { CopiesContext } from './context.ts'
import type { Copy } from './copy.ts'
import { Draft } from './draft.ts'
import type { Shown } from './found.ts'
import { keepHead } from './heads-kept.ts'
import { type Reading, readBatch } from './reading.ts'

const NOTHING = new Uint8Array(0)

const commitAt = (index: number, entry: Entry): CommitAt | null =>
  entry.kind === 'commit' ? { index, at: entry.at, epoch: entry.epoch, stateRoot: entry.stateRoot } : null

/**
 * A submission on its way through a seat. The copy may hold more than the seat cosigned (its stage follows the log, too):
 * then what it holds, verified and executed before, stands between head and submission, and only the rest is new.
 */
export class Hearing {
  readonly copy: Copy
  /** As the seat's rules see it: from the seat's head to the note. Entries held here are blanks. */
  readonly submission: Submission
  /** Entries that are new here. */
  readonly fresh: readonly Uint8Array[]
  readonly shown: Shown
  readonly #context: CopiesContext
  readonly #given: Submission
  readonly #reading: Reading | null
  readonly #draft: Draft | null
  #executed = false

  constructor(context: CopiesContext, copy: Copy, head: SeatHead | null, given: Submission) {
    this.#context = context
    this.copy = copy
    this.#given = given
    this.shown = { start: given.from, entries: given.entries }
    const overlap = copy.size() - given.from
    this.fresh = given.entries.slice(overlap)
    const from = head?.size ?? 0
    const held = Math.max(0, copy.size() - from)
    const entries = held === 0 ? this.fresh : [...new Array<Uint8Array>(held).fill(NOTHING), ...this.fresh]
    this.submission = { ...given, from, entries }
    const agrees = this.#agrees(given.entries.slice(0, overlap))
    const checker = { ...context.store.ports, checker: context.checker }
    this.#reading = agrees ? readBatch(checker, copy.row.community, this.fresh) : null
    this.#draft = this.#reading === null ? null : new Draft(copy, this.#reading, context.keepsLines(copy.row.community))
  }

  /** Whether what was sent again is what is held. */
  #agrees(entries: readonly Uint8Array[]): boolean {
    const { hasher } = this.#context.store.ports
    return entries.every((entry, at) => equals(leafHash(hasher, entry), this.copy.tiles.node(0, this.#given.from + at)))
  }

  /** The entries were applied; `discard` or `keep` ends that. */
  get executed(): boolean {
    return this.#executed
  }

  ports(committeeOf: (epoch: number) => Committee | null): SeatPorts {
    const { hasher, verifier } = this.#context.store.ports
    return {
      hasher,
      verifier,
      committeeOf,
      tree: {
        rootAt: size => (size <= this.copy.size() ? this.copy.tiles.root(size) : null),
        grown: (_, sizes) => {
          const draft = this.#draft
          if (draft === null) return []
          return sizes.filter(size => size <= draft.size).map(size => draft.root(size))
        },
        consistent: consistency => this.#consistent(consistency),
      },
      execute: () => this.#execute(),
    }
  }

  /** The proof that was sent is from where its entries begin; from the seat's head to there the own tree is proof. */
  #consistent({ to, toRoot, proof }: Consistency): boolean {
    const { from } = this.#given
    if (from === 0) return proof.length === 0
    const fromRoot = this.copy.tiles.root(from)
    return verifyConsistency(this.#context.store.ports.hasher, { from, to, fromRoot, toRoot, proof })
  }

  #execute(): ReturnType<SeatPorts['execute']> {
    const done = this.#draft?.execute()
    if (done === undefined) return err({ code: 'bad-entry', message: 'the entries are not those that are held here' })
    if (!done.ok) return err(done.error.fault)
    this.#executed = true
    return ok(this.#execution())
  }

  #execution(): Execution {
    const { from } = this.submission
    const base = this.copy.size()
    const held = this.copy.entries.each(from)
    const commits: CommitAt[] = []
    let genesis: Execution['genesis'] = null
    let last: Entry | null = null
    const look = (index: number, entry: Entry): void => {
      if (index === 0 && entry.kind === 'genesis') genesis = entry
      const commit = commitAt(index, entry)
      if (commit !== null) commits.push(commit)
      last = entry
    }
    for (const { index, body } of from < base ? held : []) {
      const entry = decodeEntry(body)
      if (entry.ok) look(index, entry.value)
    }
    for (const [offset, read] of (this.#reading?.reads ?? []).entries())
      if (read.ok) look(base + offset, read.value.entry)
    return { genesis, commits, ends: (last as Entry | null)?.kind === 'commit' }
  }

  falseSignature(): ReturnType<Reading['falseSignature']> {
    return this.#reading?.falseSignature() ?? Promise.resolve(null)
  }

  /** Entries and the seat's new head in one transaction, the head by compare and swap on the one that was judged by. */
  keep(before: SeatHead | null, head: SeatHead): void {
    const { store, grew } = this.#context
    const { copy } = this
    const from = copy.size()
    const note = parseCheckpoint(this.#given.note)
    const swap = (): void => {
      if (!copy.seat.swap(before, head))
        throw new StageError('conflict', 'The seat signed another head of this log meanwhile; nothing was changed.')
      if (note.ok && copy.heads.get(note.value.size) === null)
        keepHead(this.#context, copy, note.value, this.#given.note)
    }
    if (this.#draft === null || this.fresh.length === 0) swap()
    else this.#draft.keep(store.db, swap)
    if (copy.size() > from) grew(copy.row.community, from, copy.size())
  }

  /** Runs a decision; a defect in it must leave no draft behind. */
  orDiscard<T>(decide: () => T): T {
    try {
      return decide()
    } catch (cause) {
      this.discard()
      throw cause
    }
  }

  discard(): void {
    this.#draft?.discard()
  }
}
