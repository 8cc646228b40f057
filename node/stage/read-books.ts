import { setImmediate } from 'node:timers/promises'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { type Collected, Collector } from '#src/royalties/statements/collect.ts'
import type { Subject } from '#src/royalties/statements/subject.ts'

/** Entries read before the stage gets its turn again: a few milliseconds. */
const SLICE = 256

export interface BooksInit {
  readonly own: Uint8Array
  readonly log: OwnLog
  readonly hasher: Hasher
  readonly rules: Rules
}

const hex = (bytes: Uint8Array): string => asText(bytes, 'base16')

const damaged = (message: string): StageError =>
  new StageError(
    'internal',
    `The log here does not read back as it was written: ${message}. Run \`bandstand log fsck\`.`,
  )

async function* slices(log: OwnLog, from: number): AsyncGenerator<readonly Uint8Array[]> {
  for (let start = from; ; ) {
    const slice = log.entries(start, SLICE)
    if (slice.length === 0) return
    yield slice
    start += slice.length
    await setImmediate()
  }
}

/** Signed head of the log as a first look gives it: every agreement, and where a month begins. */
interface Overview {
  readonly agreements: readonly { readonly index: number; readonly bytes: Uint8Array }[]
  readonly parties: ReadonlyMap<string, ReadonlySet<string | null>>
  readonly start: number
}

/** Accounts by party id, as an entry about agreements gives them: named in terms, or settled later. */
function partiesIn(
  { own, hasher, rules }: BooksInit,
  bytes: Uint8Array,
): (readonly [id: string, key: string | null])[] {
  const read = readEntry(hasher, own, bytes)
  const order = read.ok ? read.value.order?.order : undefined
  if (order?.type === 'agreement/settle') return [[order.party, hex(order.account)]]
  const compiled = order?.type === 'agreement/propose' ? rules.compile(order.terms) : null
  return compiled?.ok ? compiled.value.parties.map(({ id, key }) => [id, key === null ? null : hex(key)]) : []
}

async function overview(init: BooksInit, period: string): Promise<Overview> {
  const begins = Date.parse(`${period}-01T00:00:00Z`)
  const agreements: { index: number; bytes: Uint8Array }[] = []
  const parties = new Map<string, Set<string | null>>()
  let [index, start] = [0, -1]
  for await (const slice of slices(init.log, 0))
    for (const bytes of slice) {
      const entry = decodeEntry(bytes)
      if (!entry.ok) throw damaged(entry.error.message)
      if (start < 0 && entry.value.at >= begins) start = index
      if (isAgreement(entry.value)) {
        agreements.push({ index, bytes })
        for (const [id, key] of partiesIn(init, bytes)) parties.set(id, (parties.get(id) ?? new Set()).add(key))
      }
      index += 1
    }
  return { agreements, parties, start: start < 0 ? index : start }
}

const isAgreement = (entry: Entry): boolean => entry.kind === 'agreement'

/**
 * Whose books are meant: an account as typed, or the one account that goes by this id. `party:<id>` is what waits for a party
 * that had no account, also after it was given one.
 */
function subjectOf(typed: string | undefined, { parties }: Overview): Subject | null {
  if (typed === undefined) return null
  if (/^[0-9a-f]{64}$/.test(typed)) return { kind: 'account', key: typed }
  const waiting = typed.startsWith('party:')
  const id = waiting ? typed.slice('party:'.length) : typed
  const keys = parties.get(id)
  if (keys !== undefined && waiting) return { kind: 'party', id }
  if (keys === undefined) throw new StageError('not-found', `No agreement here has a party called "${typed}".`)
  const accounts = [...keys].filter(key => key !== null)
  if (accounts.length > 1) {
    const list = accounts.map(key => key.slice(0, 8)).join(', ')
    throw new StageError(
      'bad-request',
      `Several accounts go by "${typed}" here (${list}): give the account of 64 hex digits.`,
    )
  }
  return accounts[0] === undefined ? { kind: 'party', id: typed } : { kind: 'account', key: accounts[0] }
}

/**
 * The books of a month, read again from the log itself: from the newest snapshot before the month where there is one, so that an old
 * log costs no more than its month.
 */
export async function readBooks(
  init: BooksInit,
  party: string | undefined,
  period: string,
): Promise<{ readonly subject: Subject | null; readonly collected: Collected }> {
  const { log, hasher, rules, own } = init
  const first = await overview(init, period)
  const subject = subjectOf(party, first)
  const machine = log.replica(first.start)
  const origin = log.checkpoint().split('\n', 1)[0] ?? ''
  const collector = new Collector({ hasher, rules, community: own, log: origin, machine, subject, period })
  for (const { index, bytes } of first.agreements) if (index < machine.size) collector.skip(bytes)
  for await (const slice of slices(log, machine.size))
    for (const bytes of slice) {
      const added = collector.add(bytes)
      if (!added.ok) throw damaged(added.error.message)
    }
  return { subject, collected: collector.finish() }
}
