import { toString as toText } from 'uint8arrays/to-string'
import {
  type AgreementTerms,
  decodeTerms,
  encodeTerms,
  type Party,
  type PayeeTerms,
} from '#protocols/catalog/v1/agreement.ts'
import { testAuthor } from './author.ts'
import { fan, RELEASE } from './ledger-story.ts'
import type { LedgerWriter } from './ledger-writer.ts'

export const MINOR = 10_000_000n
export const TWO = '2'.repeat(32)
export const thief = testAuthor(40)
export const accomplice = testAuthor(41)
export const acct = (key: Uint8Array) => `acct:${toText(key, 'base16')}`
export const assetOf = (log: LedgerWriter) => `TEST/2/${toText(log.community, 'base16')}`
export const held = (log: LedgerWriter, holder: string) => log.machine.balance(holder, assetOf(log))
export const pay = (log: LedgerWriter, amount: bigint, release = RELEASE) =>
  log.order(fan, 'value/tip', { amount, asset: log.asset, release, reference: null, use: 'tip' })

export function termsOf(log: LedgerWriter, hash: Uint8Array): AgreementTerms {
  const read = decodeTerms(log.machine.agreement(hash)?.terms ?? new Uint8Array(0))
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}

export const person = (id: string, key: Uint8Array | null): Party => ({
  id,
  name: id,
  key,
  roles: ['other'],
  ipi: null,
  isni: null,
})

export const NO_CLAUSES = {
  escalator: null,
  advance: null,
  reserve: null,
  cap: null,
  guarantee: null,
  withholding: null,
  threshold: null,
}
export const clauses = (party: string, own: Partial<PayeeTerms>): PayeeTerms => ({ party, ...NO_CLAUSES, ...own })

/** Terms in which every payee gets the same part of the master. */
export function sheet(title: string, parties: readonly Party[], own: Partial<AgreementTerms> = {}): AgreementTerms {
  const shares = parties.map(({ id }, at) => ({
    party: id,
    agreement: null,
    right: 'all' as const,
    shares: at === 0 ? 10_000 - (parties.length - 1) * 100 : 100,
  }))
  return {
    title,
    subject: null,
    previous: null,
    first: null,
    from: null,
    asset: null,
    parties,
    works: [],
    recordings: [],
    gross: [],
    composition: null,
    master: { weight: 10_000, shares },
    payees: [],
    ...own,
  }
}

/** An amendment in which the label, who has no key yet, has the accomplice's, and the thief is a party, too. */
export function forged(log: LedgerWriter, previous: Uint8Array): Uint8Array {
  const terms = termsOf(log, previous)
  const parties = terms.parties.map(party => (party.id === 'label' ? { ...party, key: accomplice.publicKey } : party))
  return encodeTerms({
    ...terms,
    previous,
    first: previous,
    from: '2026-12',
    parties: [...parties, person('x', thief.publicKey)],
  })
}
