import { fromString } from 'uint8arrays/from-string'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type { AgreementTerms, Party } from '#protocols/catalog/v1/agreement.ts'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry, Voucher } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import type { Applied } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { inclusionProof, leafHash, rootAt } from '#src/ledger/merkle.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { createRules } from '#src/royalties/rules.ts'
import { type Collected, Collector } from '#src/royalties/statements/collect.ts'
import { memoryTree } from '#src/royalties/statements/memory-tree.ts'
import type { Subject } from '#src/royalties/statements/subject.ts'
import { signed, type TestAuthor, testAuthor } from './author.ts'

export const desk = testAuthor(1)
export const fan = testAuthor(2)
export const ada = testAuthor(3)
export const bo = testAuthor(4)
export const community = desk.publicKey
export const rules = createRules({ hasher })
export const ports = { hasher, verifier, rules }
export const asset = { code: 'TEST', scale: 2, issuer: community }
export const RELEASE = '00112233445566778899aabbccddeeff'
const START = Date.UTC(2026, 10, 3)

export const party = (id: string, key: Uint8Array | null): Party => ({
  id,
  name: id,
  key,
  roles: [],
  ipi: null,
  isni: null,
})

export function termsOf(
  parties: readonly (readonly [Party, shares: number])[],
  more: Partial<AgreementTerms> = {},
): AgreementTerms {
  const shares = parties.map(([{ id }, shares]) => ({ party: id, agreement: null, right: 'all' as const, shares }))
  return {
    title: 'Two Songs',
    subject: RELEASE,
    previous: null,
    first: null,
    from: null,
    asset: null,
    parties: parties.map(([one]) => one),
    works: [],
    recordings: [],
    gross: [],
    composition: null,
    master: { weight: 10_000, shares },
    payees: [],
    ...more,
  }
}

/** A machine before the first entry. */
export const machineBefore = (some: Rules = rules) => createMachine({ hasher, rules: some, community })

/** Signed heads and proofs over entries, as many as there are when it is asked. */
export function logOver(entries: readonly Uint8Array[]) {
  const leaves = (): Uint8Array[] => entries.map(entry => leafHash(hasher, entry))
  return {
    /** Note over everything so far, signed by the log. */
    checkpoint(): { note: string; size: number; text: string } {
      const all = leaves()
      const text = checkpointText(originOf(community), all.length, rootAt(hasher, memoryTree(hasher, all), all.length))
      const name = originOf(community)
      const keyId = keyIdOf(data => hasher.sha256(data), name, community)
      return {
        note: formatNote(text, [{ name, keyId, signature: desk.sign(fromString(text)) }]),
        size: all.length,
        text,
      }
    },
    leaf(size: number) {
      const read = memoryTree(hasher, leaves().slice(0, size))
      return (index: number) => ({
        entry: entries[index] ?? new Uint8Array(0),
        path: inclusionProof(hasher, read, index, size),
      })
    },
  }
}

/** A log in memory, as its community writes it: machine, tree and signed checkpoint. */
export function statementWorld(some: Rules = rules) {
  const machine = machineBefore(some)
  const entries: Uint8Array[] = []
  const applied: Applied[] = []
  let at = START
  const seqs = new Map<TestAuthor, number>()

  const append = (entry: Entry): Applied => {
    const bytes = encodeEntry(entry)
    const read = readEntry(hasher, community, bytes)
    if (!read.ok) throw new Error(read.error.message)
    const done = machine.apply(read.value)
    if (!done.ok) throw new Error(`${done.error.code}: ${done.error.message}`)
    machine.settle()
    entries.push(bytes)
    applied.push(done.value)
    return done.value
  }

  append({ kind: 'genesis', at, network: 'bandstand', community, generation: 1, predecessor: null, rules: rules.hash })
  return {
    machine,
    entries,
    applied,
    append,
    go(ms: number): void {
      at += ms
    },
    order<T extends OrderType>(author: TestAuthor, type: T, body: OrderBodies[T]): Applied {
      at += 1_000
      const seq = (seqs.get(author) ?? 0) + 1
      seqs.set(author, seq)
      const envelope = decodeEnvelope(signed(author, { type, community, seq, at, body }))
      if (!envelope.ok) throw new Error(envelope.error.message)
      const entry = machine.fromOrder(envelope.value, at)
      if (!entry.ok) throw new Error(`${entry.error.code}: ${entry.error.message}`)
      return append(entry.value)
    },
    stream(channel: TestAuthor, voucher: Omit<Voucher, 'channel'>): Applied {
      at += 1_000
      const full = { ...voucher, channel: channel.publicKey }
      const entry = machine.fromVoucher(full, channel.sign(voucherBytes(community, full)), at)
      if (!entry.ok) throw new Error(`${entry.error.code}: ${entry.error.message}`)
      return append(entry.value)
    },
    close: (): Applied => append(machine.periodClose(at)),
    commit: (epoch = 0): Applied => append(machine.commit(at, epoch)),
    ...logOver(entries),
  }
}

export type StatementWorld = ReturnType<typeof statementWorld>

export const proposeBody = (terms: AgreementTerms): OrderBodies['agreement/propose'] => ({ terms: encodeTerms(terms) })

/** Ada and Bo have accounts and signed; Cy has none yet. Tips, streams and a payout follow, in two closed parts. */
export function busyMonth({ epoch = 0, rules: some = rules } = {}): StatementWorld {
  const world = statementWorld(some)
  const { order } = world
  const terms = termsOf([
    [party('ada', ada.publicKey), 5_000],
    [party('bo', bo.publicKey), 3_333],
    [party('cy', null), 1_667],
  ])
  const agreement = hasher.sha256(encodeTerms(terms))
  order(desk, 'value/issue', { account: fan.publicKey, amount: 100_000n, asset, reference: null })
  order(desk, 'agreement/propose', proposeBody(terms))
  order(ada, 'agreement/sign', { agreement })
  order(bo, 'agreement/sign', { agreement })
  world.commit(epoch)
  const tip = (amount: bigint): void =>
    void order(fan, 'value/tip', { amount, asset, release: RELEASE, reference: null, use: 'tip' })
  for (const amount of [100n, 777n, 1n, 99n]) tip(amount)
  world.commit(epoch)
  const channel = testAuthor(50)
  const expiry = START + 86_400_000
  order(fan, 'value/channel-open', { channel: channel.publicKey, asset, deposit: 500n, expiry, pool: 'direct' })
  for (const cumulative of [7n, 14n, 21n])
    world.stream(channel, { cumulative, use: 'stream', recording: `${RELEASE}/1`, agreement, reference: null })
  world.close()
  world.commit(epoch)
  tip(250n)
  order(ada, 'value/redeem', { amount: 100n, asset, reference: null })
  world.close()
  world.commit(epoch)
  return world
}

export function collect(
  world: { readonly entries: readonly Uint8Array[] },
  subject: Subject | null,
  period = '2026-11',
  some: Rules = rules,
): Collected {
  const machine = machineBefore(some)
  const init = { hasher, rules: some, community, log: originOf(community), machine, subject, period }
  const collector = new Collector(init)
  for (const entry of world.entries) {
    const added = collector.add(entry)
    if (!added.ok) throw new Error(added.error.message)
  }
  return collector.finish()
}
