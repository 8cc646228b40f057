import { toString as toText } from 'uint8arrays/to-string'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { PeriodCloseEntry } from '#protocols/ledger/v1/entry.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import type { Applied, Machine, ReadEntry } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { Statement } from '#src/ledger/machine/statement.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import type { CompiledAgreement, DivisionLine, Rules } from '#src/ledger/rules.ts'
import type { Book, BookEntry, Opening } from './book.ts'
import { describeEntry } from './describe.ts'
import { isOwn, parseWaiting, type Subject } from './subject.ts'

const hex = (bytes: Uint8Array): string => toText(bytes, 'base16')

/** Statements that a period-close fixed, in the order of its tree. */
export interface CollectedClose {
  readonly index: number
  readonly bytes: Uint8Array
  readonly part: number
  readonly statements: readonly Statement[]
}

/** An entry of the period that moved one of the subject's balances. */
export interface CollectedEntry extends BookEntry {
  readonly bytes: Uint8Array
  readonly lines: readonly DivisionLine[]
}

export interface Collected {
  readonly book: Book
  readonly closes: readonly CollectedClose[]
  readonly entries: readonly CollectedEntry[]
  /** Signed `agreement/propose` and `agreement/sign` envelopes of every agreement of the log, by hex of the hash. */
  readonly agreements: ReadonlyMap<string, CollectedAgreement>
  /** Index of every commit from the first close of the period on. */
  readonly commits: readonly number[]
}

export interface CollectedAgreement {
  readonly compiled: CompiledAgreement
  readonly proposal: Uint8Array
  readonly signatures: Uint8Array[]
}

export interface CollectorInit {
  readonly hasher: Hasher
  readonly rules: Rules
  readonly community: Uint8Array
  /** Origin of the log. */
  readonly log: string
  /** State from which the entries are read again; the collector owns it. */
  readonly machine: Machine
  /** Null: everybody. */
  readonly subject: Subject | null
  readonly period: string
}

/** Gathers one subject's books of one period while a log is read again, entry by entry. */
export class Collector {
  readonly #init: CollectorInit
  readonly #entries: CollectedEntry[] = []
  readonly #closes: CollectedClose[] = []
  readonly #commits: number[] = []
  readonly #agreements = new Map<string, CollectedAgreement>()
  /** `<first>/<party>` -> account key in hex. */
  readonly #keys = new Map<string, string>()
  #openings: Opening[] | null = null
  /** Whether anything was entered since the last close of the period. */
  #open = false

  constructor(init: CollectorInit) {
    this.#init = init
  }

  #learn(compiled: CompiledAgreement): void {
    for (const { id, key } of compiled.parties)
      if (key !== null) this.#keys.set(`${hex(compiled.first)}/${id}`, hex(key))
  }

  readonly belongs = (holder: string): boolean => {
    const { subject } = this.#init
    if (subject === null) return true
    if (isOwn(subject, holder)) return true
    const waiting = parseWaiting(holder)
    if (waiting === null || subject.kind === 'peer') return false
    const key = this.#keys.get(`${waiting.first}/${waiting.party}`)
    return subject.kind === 'account' ? key === subject.key : key === undefined && waiting.party === subject.id
  }

  /** Entries that the machine's state holds already: only the agreements in them are read. */
  skip(bytes: Uint8Array): Result<null, RuleFault> {
    const read = readEntry(this.#init.hasher, this.#init.community, bytes)
    if (!read.ok) return read
    this.#agreement(read.value)
    return ok(null)
  }

  /** The next entry of the log. Fails only on a log that does not execute: then nothing of it may be shown. */
  add(bytes: Uint8Array): Result<null, RuleFault> {
    const { hasher, community, machine, period } = this.#init
    const read = readEntry(hasher, community, bytes)
    if (!read.ok) return read
    const { entry } = read.value
    // Only these two can begin a period: what they move themselves counts in it, so its openings are taken before.
    const begins = entry.kind === 'period-close' || entry.kind === 'genesis'
    const before = begins && this.#openings === null ? this.#balances() : null
    const applied = machine.apply(read.value)
    if (!applied.ok) return applied
    machine.settle()
    this.#agreement(read.value)
    if (entry.kind === 'commit') this.#commits.push(applied.value.index)
    if (entry.kind === 'period-close' && entry.period === period) this.#close(entry, bytes, applied.value)
    if (machine.period !== period) return ok(null)
    this.#openings ??= before
    this.#keep(read.value, applied.value)
    return ok(null)
  }

  #balances(): Opening[] {
    return [...this.#init.machine.balances()].filter(one => one.amount !== 0n && this.belongs(one.holder))
  }

  #agreement({ entry, order }: ReadEntry): void {
    if (entry.kind !== 'agreement' || order === null) return
    const said = order.order
    if (said.type === 'agreement/propose') {
      const compiled = this.#init.rules.compile(said.terms)
      if (!compiled.ok) return
      const hash = hex(compiled.value.hash)
      if (!this.#agreements.has(hash))
        this.#agreements.set(hash, { compiled: compiled.value, proposal: entry.order, signatures: [] })
      this.#learn(compiled.value)
    } else if (said.type === 'agreement/sign') this.#agreements.get(hex(said.agreement))?.signatures.push(entry.order)
  }

  #close({ part }: PeriodCloseEntry, bytes: Uint8Array, { index, statements }: Applied): void {
    this.#closes.push({ index, bytes, part, statements })
    this.#open = false
  }

  #keep(read: ReadEntry, { index, postings, lines }: Applied): void {
    if (postings.length > 0) this.#open = true
    if (!postings.some(one => this.belongs(one.holder))) return
    const { entry, bytes, leaf } = read
    this.#entries.push({ index, at: entry.at, leaf, bytes, lines, ...describeEntry(read), postings })
  }

  finish(): Collected {
    const { log, period, machine } = this.#init
    const provisional = machine.period === period && (this.#open || this.#closes.length === 0)
    return {
      book: {
        log,
        period,
        provisional,
        closedBefore: this.#closes.at(-1)?.index ?? 0,
        openings: this.#openings ?? [],
        entries: this.#entries,
        belongs: this.belongs,
      },
      closes: this.#closes,
      entries: this.#entries,
      agreements: this.#agreements,
      commits: this.#commits,
    }
  }
}
