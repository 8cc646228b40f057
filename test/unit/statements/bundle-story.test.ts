import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { buildBundle } from '#src/royalties/statements/build-bundle.ts'
import type { Subject } from '#src/royalties/statements/subject.ts'
import { type BundleVerdict, verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import { ada, bo, fan, label, ledgerStory } from '#test/support/ledger-story.ts'
import * as world from '#test/support/statement-world.ts'

const account = ({ publicKey }: { publicKey: Uint8Array }): Subject => ({
  kind: 'account',
  key: toText(publicKey, 'base16'),
})

function bundle(entries: readonly Uint8Array[], subject: Subject, period = '2026-11'): Uint8Array {
  const { checkpoint, leaf } = world.logOver(entries)
  const { note, size } = checkpoint()
  const collected = world.collect({ entries }, subject, period)
  const built = buildBundle({ hasher, subject, collected, checkpoint: note, size, charters: [], leaf: leaf(size) })
  if (!built.ok) throw new Error(built.error)
  return built.value
}

function verdict(file: Uint8Array): BundleVerdict {
  const judged = verifyBundle(world.ports, file)
  if (!judged.ok) throw new Error(`${judged.error.part}: ${judged.error.message}`)
  return judged.value
}

describe('a month with every kind of entry', () => {
  const { entries } = ledgerStory()

  test.each([
    ['the fan', account(fan)],
    ['Ada', account(ada)],
    ['Bo, who was in dispute for a while', account(bo)],
    ['the label, settled later', account(label)],
    ['the label’s suspense', { kind: 'party', id: 'label' }],
  ] as const)('gives a bundle of %s that verifies', (_who, subject) => {
    const { statements } = verdict(bundle(entries, subject))
    expect(statements.length).toBeGreaterThan(0)
    for (const { opening, earned, spent, closing } of statements) expect(opening + earned - spent).toBe(closing)
  })
})

describe('terms that count', () => {
  const log = world.statementWorld()
  const inner = world.termsOf([[world.party('cy', bo.publicKey), 10_000]], { title: 'Cy and friends', subject: null })
  const nested = hasher.sha256(encodeTerms(inner))
  const { asset } = world
  const key = `${asset.code}/${asset.scale}/${toText(asset.issuer, 'base16')}`
  const outer = world.termsOf(
    [
      [world.party('ada', ada.publicKey), 6_000],
      [world.party('bo', bo.publicKey), 2_000],
    ],
    { asset: key, gross: [{ kind: 'tax', name: 'vat', party: null, rate: 1_900, upTo: null }] },
  )
  const master = {
    weight: 10_000,
    shares: [...(outer.master?.shares ?? []), { party: null, agreement: nested, right: 'all' as const, shares: 2_000 }],
  }
  const none = { escalator: null, reserve: null, cap: null, guarantee: null, withholding: null, threshold: null }
  const payees = [{ ...none, party: 'ada', advance: { amount: 3_000_000_000n, to: 'bo', rate: 5_000 } }]
  const terms = { ...outer, master, payees }
  const agreement = hasher.sha256(encodeTerms(terms))
  log.order(world.desk, 'value/issue', { account: fan.publicKey, amount: 100_000n, asset, reference: null })
  log.order(world.desk, 'agreement/propose', world.proposeBody(inner))
  log.order(world.desk, 'agreement/propose', world.proposeBody(terms))
  for (const who of [ada, bo]) log.order(who, 'agreement/sign', { agreement })
  log.order(bo, 'agreement/sign', { agreement: nested })
  const tip = (): unknown =>
    log.order(fan, 'value/tip', { amount: 500n, asset, release: world.RELEASE, reference: null, use: 'tip' })
  tip()
  tip()
  log.close()
  log.commit()
  tip()
  log.go(20 * 86_400_000 + 86_400_000 * 8)
  log.close()
  tip()
  log.close()
  log.commit()

  test('are computed again where the file holds all that they count', () => {
    const { steps } = verdict(bundle(log.entries, account(ada)))
    expect(steps.at(-1)).toMatchObject({ said: '3 divisions computed again from the signed terms', checked: true })
    expect(steps.map(step => step.said).join(' ')).toContain('“Cy and friends”')
  })

  test('are left to the certificate, and said to be, where payments before the file count', () => {
    const { steps } = verdict(bundle(log.entries, account(ada), '2026-12'))
    expect(steps.at(-1)).toMatchObject({ checked: false, detail: expect.stringContaining('the certificate stands in') })
  })
})
