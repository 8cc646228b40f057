import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { LogCopies, OwnLog } from '#node/ports/ledger.ts'
import type { PartyAccounts } from '#node/ports/receipts.ts'
import type { SignOffStore } from '#node/ports/sign-offs.ts'
import type { Follows, ReleaseRow, Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { type AgreementTerms, decodeTerms, encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import type { AgreementView } from '#src/ledger/machine/machine.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'
import type { Author } from './author.ts'
import { hex, key32 } from './keys.ts'

export interface AgreementsInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly copies: LogCopies
  readonly views: Views
  readonly follows: Follows
  readonly accounts: PartyAccounts
  readonly signOffs: Pick<SignOffStore, 'find'>
  readonly rules: Rules
  readonly author: Author
  readonly asset: api.AssetInfo
  /** An agreement came to be, or somebody's standing in it changed. */
  readonly changed: (agreement: api.AgreementInfo) => void
}

/** Who agreed on which split, and what waits for whom. */
export function createAgreements(init: AgreementsInit) {
  const { own, ledger, copies, views, rules, author } = init
  const proposing = new Map<string, Promise<void>>()

  const viewOf = (community: Uint8Array, hash: Uint8Array): AgreementView | null =>
    equals(community, own) ? ledger.agreement(hash) : copies.agreement(community, hash)

  const inForce = (community: Uint8Array, release: string): Uint8Array | null =>
    equals(community, own) ? ledger.agreementOf(release) : copies.agreementOf(community, release)

  const holding = (community: Uint8Array, holder: string): bigint =>
    equals(community, own) ? ledger.holding(holder) : copies.holding(community, holder)

  const signedOff = (agreement: Uint8Array, party: string) => {
    const said = init.signOffs.find(agreement, party)?.said ?? null
    if (said === null) return null
    return { at: said.atMs, account: hex(said.account), envelope: asText(said.envelope, 'base64pad') }
  }

  const info = (community: Uint8Array, view: AgreementView): api.AgreementInfo => {
    const terms = decodeTerms(view.terms)
    const compiled = rules.compile(view.terms)
    const current = view.subject === null ? null : inForce(community, view.subject)
    const names = new Map(terms.ok ? terms.value.parties.map(party => [party.id, party.name]) : [])
    const waiting = (party: string): bigint =>
      compiled.ok ? holding(community, compiled.value.holders(party).suspense) : 0n
    return {
      hash: hex(view.hash),
      community: hex(community),
      release: view.subject,
      releaseTitle: view.subject === null ? null : (views.release(view.subject)?.manifest.title ?? null),
      inForce: current !== null && equals(current, view.hash),
      active: view.active,
      parties: view.parties.map(({ id, key, standing }) => ({
        party: id,
        name: names.get(id) ?? id,
        shares: terms.ok ? sharesOf(terms.value, id) : null,
        account: key === null ? null : hex(key),
        standing,
        waiting: String(waiting(id)),
        signedOff: standing === 'active' ? signedOff(view.hash, id) : null,
      })),
      terms: asText(view.terms, 'base64pad'),
      asset: { ...init.asset, issuer: hex(community) },
    }
  }

  const held = (): Uint8Array[] => [own, ...init.follows.list().map(row => row.community)]

  const find = (hash: string): { community: Uint8Array; view: AgreementView } => {
    const key = key32(hash, 'An agreement')
    for (const community of held()) {
      const view = viewOf(community, key)
      if (view !== null) return { community, view }
    }
    throw new StageError('not-found', 'No log here knows that agreement.')
  }

  const current = ({ community, manifest }: ReleaseRow): api.AgreementInfo[] => {
    const hash = inForce(community, manifest.id)
    const view = hash === null ? null : viewOf(community, hash)
    return view === null ? [] : [info(community, view)]
  }

  const tell = (hash: Uint8Array): void => {
    const view = ledger.agreement(hash)
    if (view !== null) init.changed(info(own, view))
  }

  const proposeNow = async ({ manifest }: ReleaseRow): Promise<void> => {
    const names = manifest.splits.map(share => share.party)
    const terms = termsFromSplits(manifest.id, manifest.title, manifest.splits, init.accounts.of(names))
    await author.order('agreement/propose', { terms: encodeTerms(terms) })
    const hash = ledger.agreementOf(manifest.id)
    if (hash !== null) tell(hash)
  }

  /** The split that a release was published with becomes its agreement, unless it has one. */
  const ensure = (release: string): Promise<void> => {
    const row = views.release(release)
    if (row === null || !equals(row.community, own) || ledger.agreementOf(release) !== null) return Promise.resolve()
    const under = proposing.get(release) ?? proposeNow(row).finally(() => proposing.delete(release))
    proposing.set(release, under)
    return under
  }

  return {
    ensure,
    /** Ids that the agreement in force gives to the names in a release's split. */
    partyIds(community: Uint8Array, release: string): ReadonlyMap<string, string> {
      const hash = inForce(community, release)
      const view = hash === null ? null : viewOf(community, hash)
      const terms = view === null ? null : decodeTerms(view.terms)
      return new Map(terms?.ok ? terms.value.parties.map(party => [party.name, party.id]) : [])
    },
    /** Releases whose agreement a crash, or an older version, left out. */
    async ensureAll(): Promise<void> {
      for (const { manifest } of views.releases(own)) await ensure(manifest.id)
    },
    /** In force for one release, or for all that are shown; of these, those that an account is party to. */
    list({ release, account }: { release?: string | undefined; account?: string | undefined }): api.AgreementInfo[] {
      const rows = release === undefined ? held().flatMap(key => views.releases(key)) : [views.release(release)]
      return rows
        .flatMap(row => (row === null ? [] : current(row)))
        .filter(({ parties }) => account === undefined || parties.some(party => party.account === account))
    },
    get(hash: string): api.AgreementInfo {
      const { community, view } = find(hash)
      return info(community, view)
    },
    /** The community proposes terms that its operator brought. */
    async propose(bytes: Uint8Array): Promise<api.AgreementInfo> {
      const compiled = rules.compile(bytes)
      if (!compiled.ok) throw new StageError('bad-splits', compiled.error.message)
      await author.order('agreement/propose', { terms: bytes })
      tell(compiled.value.hash)
      return this.get(hex(compiled.value.hash))
    },
    /** Whoever goes by this name in a split has this account: the next release that names them asks for their signature. */
    know: (name: string, account: string): void => init.accounts.keep(name, key32(account, 'An account')),
    /** What waits for a party, and what it earns from now on, goes to an account. */
    async settle(hash: string, party: string, account: string): Promise<api.AgreementInfo> {
      const agreement = key32(hash, 'An agreement')
      await author.order('agreement/settle', { agreement, party, account: key32(account, 'An account') })
      tell(agreement)
      return this.get(hash)
    },
    /** A new agreement entry is in the own log. */
    entryWritten: (agreement: Uint8Array | null): void => {
      if (agreement !== null) tell(agreement)
    },
  }
}

/** Hundredths of a percent over both columns; `null` for a party that has none of its own. */
function sharesOf({ composition, master }: AgreementTerms, party: string): number | null {
  let sum = 0
  for (const column of [composition, master])
    for (const share of column?.shares ?? [])
      if (column !== null && share.party === party) sum += (share.shares * column.weight) / 10_000
  return sum === 0 ? null : Math.round(sum)
}

export type Agreements = ReturnType<typeof createAgreements>
