import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { createSuccessor } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { decodeStatement, encodeStatement, FIRST_DIGEST, nextDigest } from '#src/ledger/machine/statement.ts'
import { appendedNodes, leafHash, rootAt } from '#src/ledger/merkle.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada, bo, DAY_MS, fan, label, ledgerStory, openedLog, RECORDING, RELEASE } from '#test/support/ledger-story.ts'
import {
  codeOf,
  createLedgerWriter,
  nobleHasher as hasher,
  type LedgerWriter,
  must,
} from '#test/support/ledger-writer.ts'

const MINOR = 10_000_000n
const acct = (key: Uint8Array) => `acct:${toText(key, 'base16')}`
const assetOf = (log: LedgerWriter) => `TEST/2/${toText(log.community, 'base16')}`
const held = (log: LedgerWriter, holder: string) => log.machine.balance(holder, assetOf(log))

/** RFC 6962 root by the tree that the log itself uses. */
function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const nodes = new Map<string, Uint8Array>()
  const read = (level: number, index: number) => nodes.get(`${level}/${index}`) as Uint8Array
  leaves.forEach((leaf, size) => {
    for (const node of appendedNodes(hasher, read, size, leaf)) nodes.set(`${node.level}/${node.index}`, node.hash)
  })
  return rootAt(hasher, read, leaves.length)
}

describe('the close of a period', () => {
  it('fixes a statement for each holder whose lines a replay can chain again', () => {
    const story = ledgerStory()
    const log = createLedgerWriter()
    const digests = new Map<string, { digest: Uint8Array; count: number; sum: bigint }>()
    for (const bytes of story.entries) {
      const read = must(readEntry(hasher, log.community, bytes))
      const { index, postings, statements } = must(log.appendBytes(bytes))
      if (read.entry.kind === 'period-close') {
        const leaves = statements.map(statement => leafHash(hasher, encodeStatement(statement)))
        expect(treeRoot(leaves)).toEqual(read.entry.statements)
        expect(statements.length).toBe(read.entry.count)
        for (const statement of statements) {
          const { holder, asset, digest, count, opening, earned, spent, closing } = statement
          expect({ digest, count, sum: closing - opening }).toEqual(digests.get(`${holder} ${asset}`))
          expect(opening + earned - spent).toBe(closing)
          expect(decodeStatement(encodeStatement(statement))).toEqual({ ok: true, value: statement })
        }
        expect(statements.length).toBe(digests.size)
        return
      }
      for (const { holder, asset, amount, tag, party } of postings) {
        if (holder.startsWith('chan:')) continue
        const before = digests.get(`${holder} ${asset}`) ?? { digest: FIRST_DIGEST, count: 0, sum: 0n }
        const digest = nextDigest(hasher, before.digest, { index, leaf: read.leaf, amount, tag, party })
        digests.set(`${holder} ${asset}`, { digest, count: before.count + 1, sum: before.sum + amount })
      }
    }
    expect.unreachable('the story closes a period')
  })

  it('opens the next part with what the last one ended with', () => {
    const log = openedLog()
    must(log.close())
    must(log.issue(ada.publicKey, 5n))
    const { statements } = must(log.close())
    const names = statements.map(({ holder }) => holder)
    expect(names).toEqual([...names].sort())
    expect(statements.find(({ holder }) => holder === 'desk')).toMatchObject({
      opening: -10_000n * MINOR,
      closing: -10_005n * MINOR,
      count: 1,
    })
  })

  it('is due before anything of a later month, and may skip months in which nothing was', () => {
    const log = openedLog()
    log.clock.at += 100 * DAY_MS
    expect(codeOf(log.issue(fan.publicKey, 1n))).toBe('period-open')
    expect(codeOf(log.commit())).toBe('ok')
    must(log.close())
    expect([log.machine.period, log.machine.part]).toEqual(['2027-02', 0])
    must(log.issue(fan.publicKey, 1n))
  })
})

describe('a pool', () => {
  const subscribed = (pool: 'user-centric' | 'pro-rata') => {
    const log = openedLog()
    must(log.issue(label.publicKey, 1_000n))
    const keys = [testAuthor(40), testAuthor(41)] as const
    const expiry = log.clock.at + 90 * DAY_MS
    for (const [i, payer] of [fan, label].entries()) {
      const channel = (keys[i] ?? keys[0]).publicKey
      must(log.order(payer, 'value/channel-open', { channel, asset: log.asset, deposit: 1_000n, expiry, pool }))
    }
    const play = { use: 'stream' as const, recording: RECORDING, agreement: log.agreement, reference: null }
    return { log, keys, play }
  }

  const month = ({ clock, close }: LedgerWriter) => {
    clock.at += 31 * DAY_MS
    must(close())
  }

  it('takes the whole fee when a channel opens, and is divided over what each payer used when the month ends', () => {
    const { log, keys, play } = subscribed('user-centric')
    expect(held(log, 'pool:user-centric')).toBe(2_000n * MINOR)
    must(log.voucher(keys[0], { ...play, cumulative: 1n }))
    expect(held(log, acct(ada.publicKey))).toBe(0n)
    month(log)
    expect(held(log, acct(ada.publicKey))).toBe(500n * MINOR)
    expect(held(log, acct(bo.publicKey))).toBe(300n * MINOR)
    // The other payer used nothing: that fee waits.
    expect(held(log, 'pool:user-centric')).toBe(1_000n * MINOR)
    must(log.voucher(keys[1], { ...play, cumulative: 1n }))
    month(log)
    expect(held(log, 'pool:user-centric')).toBe(0n)
  })

  it('is divided over all use together when it is pro-rata', () => {
    const { log, keys, play } = subscribed('pro-rata')
    must(log.voucher(keys[0], { ...play, cumulative: 1n }))
    month(log)
    expect(held(log, 'pool:pro-rata')).toBe(0n)
    expect(held(log, acct(ada.publicKey))).toBe(1_000n * MINOR)
  })

  it('lets nobody use more than the fee, and gives none of it back', () => {
    const { log, keys, play } = subscribed('user-centric')
    expect(codeOf(log.voucher(keys[0], { ...play, cumulative: 1_001n }))).toBe('insufficient-balance')
    must(log.order(log.desk, 'value/channel-close', { channel: keys[0].publicKey }))
    expect(held(log, acct(fan.publicKey))).toBe(9_000n * MINOR)
  })
})

describe('a successor', () => {
  it('goes on from the state that its predecessor was closed with, and from no other', () => {
    const old = ledgerStory()
    const snapshot = [...old.machine.snapshot()]
    const machine = must(createSuccessor(old.init, snapshot))
    const log = createLedgerWriter({ machine, init: old.init, at: old.clock.at })
    const stateRoot = old.machine.stateRoot()
    const origin = `bandstand.${toText(log.community, 'base16')}/log`
    const genesis: Entry = {
      kind: 'genesis',
      at: log.clock.at,
      network: 'bandstand',
      community: log.community,
      generation: 2,
      predecessor: { origin, size: old.entries.length, root: stateRoot, stateRoot },
      rules: log.init.rules.hash,
    }
    const { predecessor } = genesis
    const wrong = { ...predecessor, stateRoot: FIRST_DIGEST }
    expect(codeOf(log.append({ ...genesis, predecessor: wrong } as Entry))).toBe('wrong-state-root')
    expect(codeOf(log.append({ ...genesis, generation: 3 }))).toBe('bad-genesis')
    expect(codeOf(log.append({ ...genesis, predecessor: { ...predecessor, origin: `${origin}.2` } } as Entry))).toBe(
      'bad-genesis',
    )
    expect(codeOf(log.append({ ...genesis, generation: 1, predecessor: null }))).toBe('bad-genesis')
    must(log.append(genesis))
    must(log.commit())
    expect([...machine.balances()]).toEqual([...old.machine.balances()])
    const payer = testAuthor(31)
    const tip = { amount: 1n, asset: log.asset, release: RELEASE, reference: null, use: 'tip' as const }
    expect(codeOf(log.submit(log.envelope(payer, 'value/tip', tip, { seq: 1 })))).toBe('replayed')
    must(log.submit(log.envelope(payer, 'value/tip', tip, { seq: 1_000 })))
  })

  it('does not begin from half a snapshot', () => {
    const old = openedLog()
    const snapshot = [...old.machine.snapshot()]
    expect(
      codeOf(
        createSuccessor(
          old.init,
          snapshot.filter(([key]) => key !== 'meta'),
        ),
      ),
    ).toBe('bad-snapshot')
    expect(codeOf(createSuccessor(old.init, snapshot.toReversed()))).toBe('bad-snapshot')
    expect(codeOf(createSuccessor(old.init, [['what/is/this', FIRST_DIGEST]]))).toBe('bad-snapshot')
  })
})
