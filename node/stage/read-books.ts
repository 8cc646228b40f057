import { setImmediate } from 'node:timers/promises'
import { StageError } from '#node/errors.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import { decodeTerms } from '#protocols/catalog/v1/agreement.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { type Collected, Collector } from '#src/royalties/statements/collect.ts'
import type { Subject } from '#src/royalties/statements/subject.ts'
import { hex } from './keys.ts'

/** Entries read before the stage gets its turn again: a few milliseconds. */
const SLICE = 256

export interface BooksInit {
  readonly own: Uint8Array
  readonly log: OwnLog
  readonly hasher: Hasher
  readonly rules: Rules
}

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
  /** Ids by the name that terms give a party, in lower case. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>
  readonly start: number
}

interface Named {
  readonly id: string
  readonly name: string | null
  readonly key: string | null
}

const nameKey = (name: string): string => name.normalize('NFC').trim().toLowerCase()

function addTo<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  map.set(key, (map.get(key) ?? new Set<T>()).add(value))
}

/** Parties, as an entry about agreements gives them: named in terms, or settled later. */
function partiesIn({ own, hasher }: BooksInit, bytes: Uint8Array): Named[] {
  const read = readEntry(hasher, own, bytes)
  const order = read.ok ? read.value.order?.order : undefined
  if (order?.type === 'agreement/settle') return [{ id: order.party, name: null, key: hex(order.account) }]
  const terms = order?.type === 'agreement/propose' ? decodeTerms(order.terms) : null
  if (!terms?.ok) return []
  return terms.value.parties.map(({ id, name, key }) => ({ id, name, key: key === null ? null : hex(key) }))
}

async function overview(init: BooksInit, period: string): Promise<Overview> {
  const begins = Date.parse(`${period}-01T00:00:00Z`)
  const agreements: { index: number; bytes: Uint8Array }[] = []
  const parties = new Map<string, Set<string | null>>()
  const names = new Map<string, Set<string>>()
  let [index, start] = [0, -1]
  for await (const slice of slices(init.log, 0))
    for (const bytes of slice) {
      const entry = decodeEntry(bytes)
      if (!entry.ok) throw damaged(entry.error.message)
      if (start < 0 && entry.value.at >= begins) start = index
      if (isAgreement(entry.value)) {
        agreements.push({ index, bytes })
        for (const { id, name, key } of partiesIn(init, bytes)) {
          addTo(parties, id, key)
          if (name !== null) addTo(names, nameKey(name), id)
        }
      }
      index += 1
    }
  return { agreements, parties, names, start: start < 0 ? index : start }
}

const isAgreement = (entry: Entry): boolean => entry.kind === 'agreement'

/** The id of a party that was typed as its id or its name. */
function partyId(typed: string, { parties, names }: Overview): string {
  if (parties.has(typed)) return typed
  const ids = [...(names.get(nameKey(typed)) ?? [])]
  if (ids.length > 1)
    throw new StageError('bad-request', `Several parties are called "${typed}" here: give one of ${ids.join(', ')}.`)
  if (ids[0] === undefined) throw new StageError('not-found', `No agreement here has a party called "${typed}".`)
  return ids[0]
}

/**
 * Whose books are meant: an account as typed, or the one account that goes by this id or name. `party:<id>` is what waits for
 * a party that had no account, also after it was given one; `peer:<key>` is what is owed to, by and on its way to a community.
 */
function subjectOf(typed: string | undefined, seen: Overview): Subject | null {
  if (typed === undefined) return null
  if (/^[0-9a-f]{64}$/.test(typed)) return { kind: 'account', key: typed }
  if (/^peer:[0-9a-f]{64}$/.test(typed)) return { kind: 'peer', key: typed.slice('peer:'.length) }
  const waiting = typed.startsWith('party:')
  const id = partyId(waiting ? typed.slice('party:'.length) : typed, seen)
  if (waiting) return { kind: 'party', id }
  const keys = seen.parties.get(id) ?? new Set()
  const accounts = [...keys].filter(key => key !== null)
  if (accounts.length > 1) {
    const list = accounts.map(key => key.slice(0, 8)).join(', ')
    throw new StageError(
      'bad-request',
      `Several accounts go by "${typed}" here (${list}): give the account of 64 hex digits.`,
    )
  }
  return accounts[0] === undefined ? { kind: 'party', id } : { kind: 'account', key: accounts[0] }
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
