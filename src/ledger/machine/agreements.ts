import { equals } from 'uint8arrays/equals'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import type { CompiledAgreement } from '../rules.ts'
import { type AccountAt, accountOf, useAccount } from './accounts.ts'
import {
  type AgreementSlot,
  compile,
  ensureSlot,
  isAgreed,
  mustSign,
  NO_FAMILY,
  slotOf,
  standingIn,
} from './agreement-slots.ts'
import { balanceOf, issuedBooks, post, postLines } from './holdings.ts'
import { releaseKey } from './keys.ts'
import type { ReadOrder } from './machine.ts'
import { Refusal, refuse } from './refusal.ts'
import type { Run, World } from './world.ts'

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const addName = (names: readonly string[], name: string): string[] =>
  names.includes(name) ? [...names] : [...names, name].sort(byText)

const isCommunity = (run: Run, account: AccountAt): boolean => equals(account.id, run.world.community)

/** Parties for whom an account may sign. */
const partiesOf = (run: Run, compiled: CompiledAgreement, account: AccountAt): string[] =>
  compiled.parties
    .filter(({ key }) => key !== null && equals(accountOf(run.world, key, run.at).id, account.id))
    .map(({ id }) => id)

/** Signatures on the version before that still hold: of parties to whom nothing changes. */
function keptSignatures(world: World, compiled: CompiledAgreement): string[] {
  const { previous, parties } = compiled
  if (previous === null) return []
  const needed = mustSign(world, compiled)
  const signed = slotOf(world, previous).cell.value?.signed ?? []
  return signed.filter(name => !needed.includes(name) && parties.some(({ id }) => id === name))
}

/** Lets an agreement bind its release, once all who must have agreed. */
function bind(run: Run, slot: AgreementSlot): void {
  const record = slot.cell.value
  const { release, compiled } = slot
  if (record?.adopted !== true || release === null) return
  const versions = release.value ?? []
  if (versions.some(({ agreement }) => equals(agreement, slot.hash))) return
  const last = versions.at(-1)
  if (compiled.previous === null) {
    if (last !== undefined) refuse('agreement-known', 'this release has an agreement already; amend that one')
  } else {
    if (!isAgreed(run.world, slot)) return
    if (last === undefined || !equals(last.agreement, compiled.previous))
      refuse('bad-amendment', 'another amendment of this agreement was agreed first; amend that one')
  }
  const from = compiled.from ?? ''
  const current = versions.findLastIndex(version => version.from <= run.period)
  run.world.state.set(release, [...versions.slice(Math.max(current, 0)), { from, agreement: slot.hash }])
}

/** Terms that are only proposed say nothing about what is kept for the parties of those that they would amend. */
function checkAgreed(run: Run, slot: AgreementSlot): void {
  if (!isAgreed(run.world, slot))
    refuse('not-in-force', 'this amendment is not agreed yet; name the version that is in force')
}

/** What waited for parties that may be paid now. Called whenever a signature or a month may have changed that. */
export function releaseAll(run: Run, slot: AgreementSlot): void {
  if (isAgreed(run.world, slot)) for (const { id } of slot.compiled.parties) releaseSuspense(run, slot, id)
}

/** What waited for a party is paid, in the way its share would have been. */
function releaseSuspense(run: Run, slot: AgreementSlot, party: string): void {
  if (standingIn(slot, party) !== 'active') return
  const { world, at, period } = run
  const { memory, registry } = world
  const { suspense } = slot.compiled.holders(party)
  for (const book of issuedBooks(world)) {
    const amount = balanceOf(book, suspense)
    if (amount === 0n) continue
    const { standing, account } = registry
    const lines = slot.compiled.release({ party, amount, asset: book.asset, at, period, standing, account, memory })
    post(run, book, suspense, -amount, 'release', party)
    postLines(run, book, lines)
  }
}

export function propose(run: Run, order: ReadOrder, body: OrderBodies['agreement/propose']): void {
  const { world } = run
  const author = useAccount(run, order)
  const compiled = compile(world, body.terms)
  const adopted = isCommunity(run, author)
  const own = partiesOf(run, compiled, author)
  if (!adopted && own.length === 0)
    refuse('wrong-party', 'only a party to an agreement, or the community, may propose it')
  if (world.agreements.get(compiled.hash)?.cell.value !== undefined)
    refuse('agreement-known', 'these terms were proposed already; sign them instead')
  const nesting = world.rules.checkNesting(compiled, world.registry.nested)
  if (!nesting.ok) throw new Refusal(nesting.error.code, nesting.error.message)
  const { previous, subject } = compiled
  if (previous !== null) checkAgreed(run, slotOf(world, previous))
  else if (subject !== null && world.state.find(releaseKey(subject))?.value !== undefined)
    refuse('agreement-known', 'this release has an agreement already; amend that one')
  const signed = [...new Set([...keptSignatures(world, compiled), ...own])].sort(byText)
  // Only what is kept gets a place: terms that are refused must not fill the memory.
  const slot = ensureSlot(world, compiled)
  world.state.set(slot.cell, { terms: body.terms.slice(), adopted, signed })
  bind(run, slot)
  releaseAll(run, slot)
}

export function sign(run: Run, order: ReadOrder, body: OrderBodies['agreement/sign']): void {
  const { world } = run
  const author = useAccount(run, order)
  const slot = slotOf(world, body.agreement)
  const record = slot.cell.value as NonNullable<typeof slot.cell.value>
  const own = partiesOf(run, slot.compiled, author)
  const adopts = isCommunity(run, author)
  if (own.length === 0 && !adopts) refuse('wrong-party', 'this account is not a party to the agreement')
  const news = own.filter(name => !record.signed.includes(name))
  if (news.length === 0 && (record.adopted || !adopts)) refuse('already-signed', 'this agreement was signed already')
  world.state.set(slot.cell, {
    terms: record.terms,
    adopted: record.adopted || adopts,
    signed: news.reduce(addName, [...record.signed]),
  })
  bind(run, slot)
  releaseAll(run, slot)
}

const partyOf = (slot: AgreementSlot, party: string) =>
  slot.compiled.parties.find(({ id }) => id === party) ??
  refuse('unknown-party', 'the agreement names no such party; look at its terms')

export function dispute(run: Run, order: ReadOrder, body: OrderBodies['agreement/dispute']): void {
  const author = useAccount(run, order)
  const slot = slotOf(run.world, body.agreement)
  const { id } = partyOf(slot, body.party)
  checkAgreed(run, slot)
  if (!isCommunity(run, author) && partiesOf(run, slot.compiled, author).length === 0)
    refuse('wrong-party', 'only a party to the agreement, or the community, may dispute a share in it')
  const family = slot.family.value ?? NO_FAMILY
  if (family.disputed.includes(id)) refuse('already-disputed', 'this share is disputed already')
  run.world.state.set(slot.family, { ...family, disputed: addName(family.disputed, id) })
}

export function settle(run: Run, order: ReadOrder, body: OrderBodies['agreement/settle']): void {
  const { world } = run
  const author = useAccount(run, order)
  if (!isCommunity(run, author)) refuse('not-the-desk', 'only the community may settle a share that waits')
  const slot = slotOf(world, body.agreement)
  const { id, key } = partyOf(slot, body.party)
  checkAgreed(run, slot)
  const family = slot.family.value ?? NO_FAMILY
  const account = accountOf(world, body.account, run.at).id
  if (key !== null && !equals(accountOf(world, key, run.at).id, account))
    refuse('wrong-party', "this party's terms name another account; an amendment may change that")
  if (key !== null && !family.disputed.includes(id)) refuse('not-disputed', 'this share is not disputed')
  const others = family.settled.filter(([party]) => party !== id)
  world.state.set(slot.family, {
    disputed: family.disputed.filter(name => name !== id),
    settled: key === null ? [...others, [id, account] as const].sort((a, b) => byText(a[0], b[0])) : others,
  })
  releaseSuspense(run, slot, id)
}
