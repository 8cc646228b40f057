import { encodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import type { MachineInit } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { type TestAuthor, testAuthor } from '../author.ts'
import { fan, ledgerStory, RECORDING } from '../ledger-story.ts'
import type { Body, LedgerWriter } from '../ledger-writer.ts'

/** A whole log, and the state root after each entry. */
export interface ReplayedLog {
  readonly origin: string
  readonly community: string
  readonly entries: readonly { readonly hex: string; readonly leaf: string; readonly stateRoot: string }[]
  /** RFC 6962 root over all entries. */
  readonly root: string
}

/** With entries that must be refused after the last. */
export interface LogVectors extends ReplayedLog {
  readonly about: string
  readonly invalid: readonly { readonly name: string; readonly hex: string; readonly code: string }[]
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const fill = (value: number): Uint8Array => new Uint8Array(32).fill(value)

function refused(log: LedgerWriter): (readonly [name: string, code: string, entry: Entry])[] {
  const { asset, clock, machine, desk, community } = log
  const { at } = clock
  const [stranger, other] = [testAuthor(40), testAuthor(41)]
  const envelope: LedgerWriter['envelope'] = (author, type, body, options) =>
    log.envelope(author, type, body, { seq: 900_000, ...options })
  const bytesOf = (...made: Parameters<typeof envelope>): Uint8Array => envelope(...made).bytes
  const issue = (body: Partial<Body<'value/issue'>> = {}) => ({
    account: fan.publicKey,
    amount: 5n,
    asset,
    reference: null,
    ...body,
  })
  const issued = (by: TestAuthor, body: Partial<Body<'value/issue'>> = {}): Entry => ({
    kind: 'issue',
    at,
    order: bytesOf(by, 'value/issue', issue(body)),
  })
  const commit = machine.commit(at, machine.epoch)
  if (commit.kind !== 'commit') throw new Error('the log ends with a commit')
  const voucher = {
    channel: stranger.publicKey,
    cumulative: 1n,
    use: 'stream',
    recording: RECORDING,
    agreement: fill(1),
    reference: null,
  } as const
  const stream: Entry = {
    kind: 'stream',
    at,
    ...voucher,
    split: fill(2),
    signature: stranger.sign(voucherBytes(community, voucher)),
  }
  const tip = bytesOf(stranger, 'value/tip', {
    amount: 1n,
    asset,
    release: 'ff'.repeat(16),
    reference: null,
    use: 'tip',
  })
  const signed = envelope(desk, 'value/issue', issue())
  const forged = encodeEnvelope(signed.payload, new Uint8Array(64))
  const genesis = { kind: 'genesis', at, community, generation: 1, predecessor: null, rules: commit.rules } as const
  return [
    ['credit that the cash desk did not issue', 'not-the-desk', issued(stranger)],
    [
      'credit in an asset of another issuer',
      'wrong-asset',
      issued(desk, { asset: { ...asset, issuer: other.publicKey } }),
    ],
    ['credit of nothing', 'zero-amount', issued(desk, { amount: 0n })],
    ['more than 64 bits of fine units', 'amount-overflow', issued(desk, { amount: (1n << 64n) - 1n })],
    [
      'an order for another community',
      'wrong-community',
      { kind: 'issue', at, order: bytesOf(desk, 'value/issue', issue(), { to: other.publicKey }) },
    ],
    ['an order whose signature does not verify', 'bad-signature', { kind: 'issue', at, order: forged }],
    [
      'an order that was executed before',
      'replayed',
      { kind: 'issue', at, order: bytesOf(desk, 'value/issue', issue(), { seq: 1 }) },
    ],
    [
      'an order signed two hours ago',
      'time-off',
      { kind: 'issue', at, order: bytesOf(desk, 'value/issue', issue(), { at: at - 7_200_000 }) },
    ],
    [
      'an order of another kind than the entry',
      'bad-entry',
      { kind: 'redeem', at, order: bytesOf(desk, 'value/issue', issue()) },
    ],
    ['an order that is no envelope', 'bad-order', { kind: 'issue', at, order: fill(0) }],
    [
      'more than the account holds',
      'insufficient-balance',
      { kind: 'redeem', at, order: bytesOf(stranger, 'value/redeem', { amount: 1n, asset, reference: null }) },
    ],
    [
      'a payment for a release without an agreement',
      'unknown-agreement',
      { kind: 'receipt', at, agreement: fill(1), split: fill(2), order: tip },
    ],
    ['a voucher of a channel that nobody opened', 'unknown-channel', stream],
    ['an entry dated before the one it follows', 'time-reversed', { ...issued(desk), at: at - 1 }],
    [
      'an entry of a month that has not begun here',
      'period-open',
      {
        kind: 'issue',
        at: Date.UTC(2027, 5, 1),
        order: bytesOf(desk, 'value/issue', issue(), { at: Date.UTC(2027, 5, 1) }),
      },
    ],
    ['a commit right after a commit', 'empty-commit', commit],
    ['a commit on another commit than the last', 'wrong-previous', { ...commit, previous: 0 }],
    ['a second genesis', 'bad-genesis', { ...genesis, network: 'bandstand' }],
    ['a genesis of another network', 'wrong-network', { ...genesis, network: 'otherstand' }],
  ]
}

const ABOUT =
  'A log (state.md): each entry with its leaf hash and the state root after it, the root of the tree over all, and entries that are refused, each when it is tried after the last one; `code` is why.'

/** What executing a log anew gives, entry by entry. */
export function replayed(
  init: MachineInit,
  origin: string,
  written: readonly Uint8Array[],
  machine = createMachine(init),
): ReplayedLog {
  const { hasher, community } = init
  let range = EMPTY_RANGE
  const entries = written.map(bytes => {
    const read = readEntry(hasher, community, bytes)
    if (!read.ok || !machine.apply(read.value).ok) throw new Error('the log replays')
    range = extendRange(hasher, range, read.value.leaf)
    return { hex: hexOf(bytes), leaf: hexOf(read.value.leaf), stateRoot: hexOf(machine.stateRoot()) }
  })
  return { origin, community: hexOf(community), entries, root: hexOf(rangeRoot(hasher, range)) }
}

/** From fixed seeds: the same on every machine. */
export function logVectors(): LogVectors {
  const log = ledgerStory()
  const { init, community } = log
  return {
    about: ABOUT,
    ...replayed(init, originOf(community), log.entries),
    invalid: refused(log).map(([name, code, entry]) => ({ name, hex: hexOf(encodeEntry(entry)), code })),
  }
}
