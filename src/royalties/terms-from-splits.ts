import type { AgreementTerms, Party } from '#protocols/catalog/v1/agreement.ts'
import { RATE_MAX } from '#protocols/catalog/v1/agreement-constants.ts'
import type { Share } from '#protocols/catalog/v1/codec.ts'

/** Longest id made of a name: leaves room for the number that tells two equal ones apart. */
const SLUG_MAX = 32

/** A name as an ASCII id: `Zoë & Söhne` is `zoe-sohne`. Empty when nothing of it is left. */
const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '')

function partyOf(name: string, key: Uint8Array | null, taken: ReadonlySet<string>): Party {
  const base = slug(name) || 'party'
  let id = base
  for (let next = 2; taken.has(id); next++) id = `${base}-${next}`
  return { id, name, key, roles: [], ipi: null, isni: null }
}

/**
 * The agreement that a release has until its parties make another: the simple split of its manifest as the master's split
 * sheet. `keys` are account keys by party name; who has none is paid into suspense until the community settles it.
 * `splits` total 10,000 over distinct names (`checkShares`). The same input gives the same terms, everywhere.
 */
export function termsFromSplits(
  release: string,
  title: string,
  splits: readonly Share[],
  keys: ReadonlyMap<string, Uint8Array>,
): AgreementTerms {
  const taken = new Set<string>()
  const parties = splits.map(({ party }) => {
    const made = partyOf(party, keys.get(party) ?? null, taken)
    taken.add(made.id)
    return made
  })
  const shares = parties.map(({ id }, at) => ({
    party: id,
    agreement: null,
    right: 'all' as const,
    shares: splits[at]?.shares ?? 0,
  }))
  return {
    title,
    subject: release,
    previous: null,
    first: null,
    from: null,
    asset: null,
    parties,
    works: [],
    recordings: [],
    gross: [],
    composition: null,
    master: { weight: RATE_MAX, shares },
    payees: [],
  }
}
