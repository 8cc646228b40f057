import { sha256 } from '@noble/hashes/sha2.js'
import type { Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, type Envelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry, Voucher } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import { voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import type { Applied, Machine, MachineInit } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import { createRules } from '#src/royalties/rules.ts'
import { signed, type TestAuthor, testAuthor } from './author.ts'

/** Runs in a browser too. */
export const nobleHasher: Hasher = { sha256: data => sha256(data) }

/** Noon on 15 November 2026, UTC. */
export const NOON = Date.UTC(2026, 10, 15, 12)

export type Body<T extends OrderType> = OrderBodies[T]

export interface GivenWriter {
  machine?: Machine
  init?: MachineInit
  at?: number
  desk?: TestAuthor
  /** Told of each entry after it was appended. */
  appended?: (bytes: Uint8Array, applied: Applied) => void
}

/** A community's log in memory, written in order: makes entries of orders as a sequencer does, and keeps their bytes. */
export function createLedgerWriter(given: GivenWriter = {}) {
  const desk = given.desk ?? testAuthor(1)
  const init = given.init ?? {
    hasher: nobleHasher,
    rules: createRules({ hasher: nobleHasher }),
    community: desk.publicKey,
  }
  const machine = given.machine ?? createMachine(init)
  const { community } = init
  const asset: Asset = { code: 'TEST', scale: 2, issuer: community }
  const entries: Uint8Array[] = []
  const clock = { at: given.at ?? NOON, seq: 0 }
  /** Lines of each entry, which a refund shows again. */
  const shown = new Map<number, Uint8Array>()

  function appendBytes(bytes: Uint8Array): Result<Applied, RuleFault> {
    const read = readEntry(init.hasher, community, bytes)
    if (!read.ok) return read
    const applied = machine.apply(read.value)
    if (!applied.ok) return applied
    entries.push(bytes)
    shown.set(applied.value.index, encodeLines(applied.value.lines))
    given.appended?.(bytes, applied.value)
    return applied
  }
  const append = (entry: Entry) => appendBytes(encodeEntry(entry))

  function envelope<T extends OrderType>(
    author: TestAuthor,
    type: T,
    body: Body<T>,
    { seq = ++clock.seq, at = clock.at, to = community }: { seq?: number; at?: number; to?: Uint8Array } = {},
  ): Envelope {
    const decoded = decodeEnvelope(signed(author, { type, community: to, seq, at, body }))
    if (!decoded.ok) throw new Error(decoded.error.message)
    return decoded.value
  }
  function accept(wanted: Result<Entry, RuleFault>): Result<Applied, RuleFault> {
    return wanted.ok ? append(wanted.value) : wanted
  }
  const show = (index: number) => {
    const entry = entries[index]
    return entry === undefined ? null : { entry, lines: shown.get(index) ?? encodeLines([]) }
  }
  const submit = (order: Envelope) => accept(machine.fromOrder(order, clock.at, show))
  const order = <T extends OrderType>(author: TestAuthor, type: T, body: Body<T>) =>
    submit(envelope(author, type, body))
  const voucher = (key: TestAuthor, fields: Omit<Voucher, 'channel'>) => {
    const made = { channel: key.publicKey, ...fields }
    return accept(machine.fromVoucher(made, key.sign(voucherBytes(community, made)), clock.at))
  }
  return {
    init,
    machine,
    community,
    asset,
    desk,
    entries,
    clock,
    append,
    appendBytes,
    envelope,
    submit,
    order,
    voucher,
    genesis: () =>
      append({
        kind: 'genesis',
        at: clock.at,
        network: 'bandstand',
        community,
        generation: 1,
        predecessor: null,
        rules: init.rules.hash,
      }),
    commit: () => append(machine.commit(clock.at, machine.epoch)),
    close: () => append(machine.periodClose(clock.at)),
    issue: (account: Uint8Array, amount: bigint) =>
      order(desk, 'value/issue', { account, amount, asset, reference: null }),
  }
}

export type LedgerWriter = ReturnType<typeof createLedgerWriter>

export function must<T>(result: Result<T, RuleFault>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

export const codeOf = (result: Result<unknown, RuleFault>): string => (result.ok ? 'ok' : result.error.code)
