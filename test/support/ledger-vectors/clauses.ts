import { sha256 } from '@noble/hashes/sha2.js'
import { type AgreementTerms, encodeTerms, type Party, type PayeeTerms } from '#protocols/catalog/v1/agreement.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { createSuccessor } from '#src/ledger/machine/create.ts'
import { type TestAuthor, testAuthor } from '../author.ts'
import { createLedgerWriter, type LedgerWriter, must, NOON } from '../ledger-writer.ts'
import { type ReplayedLog, replayed } from './log.ts'

/** A log whose agreements use every clause, and the first entries of its successor. */
export interface ClauseVectors {
  readonly about: string
  readonly log: ReplayedLog
  readonly successor: ReplayedLog
}

const ABOUT =
  'A log (state.md) with every clause of agreements, an amendment, a nested agreement, both kinds of pools, a recovery that was cancelled and one that was not, and three months; then its successor, which begins with the state after the last entry. Each entry with its leaf hash and the state root after it.'

const UNIT = 1_000_000_000n
const DAY_MS = 86_400_000
const SONG = 'aa'.repeat(16)
const REMIX = 'bb'.repeat(16)

const [fan, listener, ada, bo, label, dee] = [2, 6, 3, 4, 5, 7].map(testAuthor) as [
  TestAuthor,
  TestAuthor,
  TestAuthor,
  TestAuthor,
  TestAuthor,
  TestAuthor,
]

const party = (id: string, by: TestAuthor | null): Party => ({
  id,
  name: id,
  key: by?.publicKey ?? null,
  roles: ['other'],
  ipi: null,
  isni: null,
})
const share = (id: string, shares: number) => ({ party: id, agreement: null, right: 'all', shares }) as const
const clauses = (id: string, some: Partial<PayeeTerms>): PayeeTerms => ({
  party: id,
  escalator: null,
  advance: null,
  reserve: null,
  cap: null,
  guarantee: null,
  withholding: null,
  threshold: null,
  ...some,
})
const plain = {
  title: 'A Song',
  previous: null,
  first: null,
  from: null,
  asset: null,
  works: [{ iswc: 'T0345246801', title: 'A Song' }],
  recordings: [{ isrc: 'QZABC2600001', title: 'A Song' }],
  gross: [],
  composition: null,
  payees: [],
}

function song(asset: string): AgreementTerms {
  return {
    ...plain,
    subject: SONG,
    asset,
    parties: [party('ada', ada), party('bo', bo), party('label', label), party('cy', null)],
    gross: [
      { kind: 'tax', name: 'vat', party: null, rate: 500, upTo: null },
      { kind: 'rail-fee', name: 'card', party: null, rate: 150, upTo: null },
      { kind: 'distribution-fee', name: 'shop', party: 'label', rate: 1_000, upTo: null },
      { kind: 'cost', name: 'studio', party: 'label', rate: 2_000, upTo: 3n * UNIT },
    ],
    composition: { weight: 3_000, shares: [share('ada', 10_000)] },
    master: { weight: 7_000, shares: [share('ada', 3_333), share('bo', 4_167), share('cy', 2_500)] },
    payees: [
      clauses('ada', {
        escalator: {
          to: 'label',
          tiers: [
            { above: 0n, keeps: 10_000 },
            { above: 2n * UNIT, keeps: 8_000 },
          ],
        },
        threshold: 4n * UNIT,
      }),
      clauses('bo', {
        advance: { amount: 1n * UNIT + 500_000_000n, rate: 5_000, to: 'label' },
        reserve: { rate: 2_000, periods: 1 },
        cap: { amount: 6n * UNIT, to: 'ada' },
        guarantee: { amount: 2n * UNIT, from: 'label' },
        withholding: { name: 'wht', rate: 1_000, to: null },
      }),
    ],
  }
}

/** Guardians name a key, the owner objects; they name it again, and it takes over. */
function recoverTwice(log: LedgerWriter): TestAuthor {
  const opened = { next: null, guardians: [bo.publicKey, ada.publicKey], threshold: 2, delayMs: DAY_MS }
  const next = testAuthor(31)
  const wish = { account: fan.publicKey, key: next.publicKey, next: null }
  must(log.order(fan, 'account/open', opened))
  must(log.order(ada, 'account/recover', wish))
  must(log.order(fan, 'account/cancel', {}))
  must(log.order(ada, 'account/recover', wish))
  must(log.order(bo, 'account/recover', wish))
  log.clock.at += DAY_MS
  must(log.order(next, 'account/rotate', { account: fan.publicKey, next: sha256(testAuthor(32).publicKey) }))
  return next
}

function write(): LedgerWriter {
  const log = createLedgerWriter({ at: NOON })
  const { asset, clock, desk } = log
  const key = `TEST/2/${Buffer.from(desk.publicKey).toString('hex')}`
  const tip = (by: TestAuthor, release: string, amount: bigint) =>
    must(log.order(by, 'value/tip', { amount, asset, release, reference: null, use: 'purchase' }))
  const propose = (terms: AgreementTerms, ...signers: TestAuthor[]): Uint8Array => {
    const bytes = encodeTerms(terms)
    const agreement = sha256(bytes)
    must(log.order(desk, 'agreement/propose', { terms: bytes }))
    for (const by of signers) must(log.order(by, 'agreement/sign', { agreement }))
    return agreement
  }
  const open = (by: TestAuthor, channel: TestAuthor, pool: 'user-centric' | 'pro-rata', deposit: bigint) => {
    const expiry = clock.at + 60 * DAY_MS
    must(log.order(by, 'value/channel-open', { channel: channel.publicKey, asset, deposit, expiry, pool }))
  }
  must(log.genesis())
  for (const { publicKey } of [fan, listener, label]) must(log.issue(publicKey, 10_000n))
  const first = propose(song(key), ada, bo, label)
  const inner = propose(
    {
      ...plain,
      title: 'Samples',
      subject: null,
      parties: [party('dee', dee), party('ada', ada)],
      master: { weight: 10_000, shares: [share('ada', 3_334), share('dee', 6_666)] },
    },
    dee,
  )
  const remix = propose(
    {
      ...plain,
      title: 'A Remix',
      subject: REMIX,
      parties: [party('bo', bo)],
      master: {
        weight: 10_000,
        shares: [share('bo', 6_667), { party: null, agreement: inner, right: 'all', shares: 3_333 }],
      },
    },
    bo,
  )
  must(log.commit())
  clock.at += 1_000
  for (const amount of [333n, 501n, 700n]) tip(fan, SONG, amount)
  tip(listener, REMIX, 101n)
  // Ada agrees to the remix's samples late: what waited is paid.
  must(log.order(ada, 'agreement/sign', { agreement: inner }))
  const [own, shared, other] = [testAuthor(51), testAuthor(52), testAuthor(53)] as const
  open(fan, own, 'user-centric', 999n)
  open(fan, shared, 'pro-rata', 700n)
  open(listener, other, 'pro-rata', 350n)
  const hear = (channel: TestAuthor, agreement: Uint8Array, release: string, cumulative: bigint) =>
    must(log.voucher(channel, { use: 'stream', recording: `${release}/1`, agreement, reference: null, cumulative }))
  hear(own, first, SONG, 10n)
  hear(own, remix, REMIX, 17n)
  hear(shared, first, SONG, 30n)
  hear(other, remix, REMIX, 11n)
  must(log.commit())
  clock.at += 10_000
  // A commit alone renews the one before it.
  must(log.commit())
  const amended: AgreementTerms = {
    ...song(key),
    previous: first,
    first,
    from: '2026-12',
    master: { weight: 7_000, shares: [share('ada', 3_000), share('bo', 4_500), share('cy', 2_500)] },
  }
  const second = propose(amended, ada, bo)
  must(log.order(desk, 'agreement/dispute', { agreement: first, party: 'bo', reason: null }))
  tip(fan, SONG, 97n)
  must(log.close())
  must(log.order(desk, 'agreement/settle', { agreement: first, party: 'cy', account: dee.publicKey }))
  const recovered = recoverTwice(log)
  must(log.commit())
  clock.at = Date.UTC(2026, 11, 1)
  must(log.close())
  tip(recovered, SONG, 1_000n)
  must(log.order(desk, 'agreement/settle', { agreement: second, party: 'bo', account: bo.publicKey }))
  tip(listener, SONG, 2_001n)
  must(log.commit())
  for (const month of [12, 13]) {
    // The guarantor takes out all it can: what the guarantee then lacks is asked for again.
    const holder = `acct:${Buffer.from(label.publicKey).toString('hex')}`
    const rest = log.machine.balance(holder, key) / (UNIT / 100n)
    if (month === 13) must(log.order(label, 'value/redeem', { amount: rest, asset, reference: null }))
    clock.at = Date.UTC(2026, month, 2)
    must(log.close())
    tip(listener, SONG, 3n)
    must(log.commit())
  }
  return log
}

/** From fixed seeds: the same on every machine. */
export function clauseVectors(): ClauseVectors {
  const log = write()
  const { init, machine, community, clock } = log
  const before = replayed(init, originOf(community), log.entries)
  const successor = createSuccessor(init, machine.snapshot())
  if (!successor.ok) throw new Error(successor.error.message)
  const after = createLedgerWriter({ machine: successor.value, init, at: clock.at })
  after.clock.seq = clock.seq
  const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
  const predecessor = {
    origin: originOf(community),
    size: log.entries.length,
    root: unhex(before.root),
    stateRoot: unhex(before.entries.at(-1)?.stateRoot ?? ''),
  }
  const rules = init.rules.hash
  must(
    after.append({ kind: 'genesis', at: clock.at, network: 'bandstand', community, generation: 2, predecessor, rules }),
  )
  must(after.issue(listener.publicKey, 1n))
  must(after.commit())
  const fresh = createSuccessor(init, machine.snapshot())
  if (!fresh.ok) throw new Error(fresh.error.message)
  return { about: ABOUT, log: before, successor: replayed(init, originOf(community, 2), after.entries, fresh.value) }
}
