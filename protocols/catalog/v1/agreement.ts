import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, int, line, list, matching, nullable, oneOf, type Shape, struct, uint64 } from '../../codec/shape.ts'
import {
  ASSET_KEY_PATTERN,
  GROSS_STEPS_MAX,
  IPI_PATTERN,
  ISNI_PATTERN,
  PARTY_ID_PATTERN,
  PERIOD_PATTERN,
  RATE_MAX,
  RESERVE_PERIODS_MAX,
  ROLES_MAX,
  SHARES_MAX,
  TERMS_LIMITS,
  TIERS_MAX,
  WORKS_MAX,
} from './agreement-constants.ts'
import { ISRC_PATTERN, ISWC_PATTERN, PARTIES_MAX, RELEASE_ID_PATTERN, TITLE_MAX } from './constants.ts'

export const ROLES = [
  'writer',
  'composer',
  'lyricist',
  'publisher',
  'artist',
  'performer',
  'producer',
  'label',
  'distributor',
  'other',
] as const
export const RIGHTS = ['all', 'performing', 'mechanical', 'sync', 'neighbouring'] as const
export const GROSS_KINDS = ['tax', 'rail-fee', 'distribution-fee', 'cost'] as const

/** Somebody who takes part: a person, a band, a label. */
export interface Party {
  readonly id: string
  readonly name: string
  /** Ed25519 account key, 32 bytes; null while the party has none. */
  readonly key: Uint8Array | null
  readonly roles: readonly (typeof ROLES)[number][]
  readonly ipi: string | null
  readonly isni: string | null
}

/** A composition. */
export interface MusicalWork {
  readonly title: string
  readonly iswc: string | null
}

export interface SoundRecording {
  readonly title: string
  readonly isrc: string | null
}

/** A part of a column, paid to a party or into another agreement: one of the two is null. */
export interface RightShare {
  readonly party: string | null
  /** SHA-256 of the other agreement's terms. */
  readonly agreement: Uint8Array | null
  readonly right: (typeof RIGHTS)[number]
  /** Hundredths of a percent of the column. */
  readonly shares: number
}

/** A split sheet. */
export interface Column {
  /** Hundredths of a percent of what is divided; over both columns they total 10,000. */
  readonly weight: number
  readonly shares: readonly RightShare[]
}

/** Taken from the gross, in this order, before any share. */
export interface GrossStep {
  readonly kind: (typeof GROSS_KINDS)[number]
  readonly name: string
  /** Who receives it; null keeps it under the step's own name, for the community to pay on. */
  readonly party: string | null
  /** Hundredths of a percent of what is left at this step. */
  readonly rate: number
  /** Total that a cost is recouped up to, in fine units (10^-9); null without a bound. */
  readonly upTo: bigint | null
}

/** From `above` on (fine units of this payee's share so far), the payee keeps `keeps` hundredths of a percent. */
export interface Tier {
  readonly above: bigint
  readonly keeps: number
}

/** What happens to one payee's share before it is payable. Amounts in fine units of the terms' asset, rates in hundredths of a percent. */
export interface PayeeTerms {
  readonly party: string
  /** The part that is not kept goes `to` another party. */
  readonly escalator: { readonly to: string; readonly tiers: readonly Tier[] } | null
  /** Recouped from this payee's share alone, at most `rate` of each payment, until `amount` is reached. */
  readonly advance: { readonly amount: bigint; readonly to: string; readonly rate: number } | null
  /** Held back and released after `periods` months. */
  readonly reserve: { readonly rate: number; readonly periods: number } | null
  /** Most that the payee ever gets; what is above goes `to` another party. */
  readonly cap: { readonly amount: bigint; readonly to: string } | null
  /** Least that the payee gets each month, topped up `from` another party's balance. */
  readonly guarantee: { readonly amount: bigint; readonly from: string } | null
  readonly withholding: { readonly rate: number; readonly name: string; readonly to: string | null } | null
  /** Smallest amount that is paid out; less is held until a month's end finds enough. */
  readonly threshold: bigint | null
}

/** Who gets what of each payment, in the trade's terms. Named by the SHA-256 of its bytes. */
export interface AgreementTerms {
  readonly title: string
  /** Release id; null for an agreement that only others nest. */
  readonly subject: string | null
  /** Hashes of the version before and of the first one; both null in a first version. */
  readonly previous: Uint8Array | null
  readonly first: Uint8Array | null
  /** `YYYY-MM` from which it is in force; null for at once. */
  readonly from: string | null
  /** `code/scale/issuer hex` that its amounts count; null when it names no amount. Other assets pass by every amount. */
  readonly asset: string | null
  readonly parties: readonly Party[]
  readonly works: readonly MusicalWork[]
  readonly recordings: readonly SoundRecording[]
  readonly gross: readonly GrossStep[]
  readonly composition: Column | null
  readonly master: Column | null
  readonly payees: readonly PayeeTerms[]
}

const partyId = matching(PARTY_ID_PATTERN, 'a party id of lower-case letters, digits and dashes')
const period = matching(PERIOD_PATTERN, 'a month such as 2026-11')
const rate = int(1, RATE_MAX)
const hash = bytes(32)

const party: Shape<Party> = struct({
  id: partyId,
  name: line(80),
  key: nullable(bytes(32)),
  roles: list(oneOf(...ROLES), ROLES_MAX),
  ipi: nullable(matching(IPI_PATTERN, 'an IPI of 11 digits')),
  isni: nullable(matching(ISNI_PATTERN, 'an ISNI of 16 characters')),
})

const column: Shape<Column> = struct({
  weight: int(1, RATE_MAX),
  shares: list(
    struct({ party: nullable(partyId), agreement: nullable(hash), right: oneOf(...RIGHTS), shares: rate }),
    SHARES_MAX,
    1,
  ),
})

const grossStep: Shape<GrossStep> = struct({
  kind: oneOf(...GROSS_KINDS),
  name: partyId,
  party: nullable(partyId),
  rate,
  upTo: nullable(uint64),
})

const payeeTerms: Shape<PayeeTerms> = struct({
  party: partyId,
  escalator: nullable(
    struct({ to: partyId, tiers: list(struct({ above: uint64, keeps: int(0, RATE_MAX) }), TIERS_MAX, 1) }),
  ),
  advance: nullable(struct({ amount: uint64, to: partyId, rate })),
  reserve: nullable(struct({ rate, periods: int(1, RESERVE_PERIODS_MAX) })),
  cap: nullable(struct({ amount: uint64, to: partyId })),
  guarantee: nullable(struct({ amount: uint64, from: partyId })),
  withholding: nullable(struct({ rate, name: partyId, to: nullable(partyId) })),
  threshold: nullable(uint64),
})

const terms: Shape<AgreementTerms> = struct({
  title: line(TITLE_MAX),
  subject: nullable(matching(RELEASE_ID_PATTERN, 'a release id of 32 hex digits')),
  previous: nullable(hash),
  first: nullable(hash),
  from: nullable(period),
  asset: nullable(matching(ASSET_KEY_PATTERN, 'an asset such as TEST/2/<issuer>')),
  parties: list(party, PARTIES_MAX, 1),
  works: list(struct({ title: line(TITLE_MAX), iswc: nullable(matching(ISWC_PATTERN, 'an ISWC')) }), WORKS_MAX),
  recordings: list(struct({ title: line(TITLE_MAX), isrc: nullable(matching(ISRC_PATTERN, 'an ISRC')) }), WORKS_MAX),
  gross: list(grossStep, GROSS_STEPS_MAX),
  composition: nullable(column),
  master: nullable(column),
  payees: list(payeeTerms, PARTIES_MAX),
})

/** Canonical bytes. Does not check the form: what is built here is read back by `decodeTerms` before anybody signs it. */
export const encodeTerms = (value: AgreementTerms): Uint8Array => encode(value)

/** Strict, at most 16 KiB. Checks form only: totals and references are the rules' part (`agreement.md`, "Rules"). */
export const decodeTerms = (input: Uint8Array): Result<AgreementTerms, CodecFault> => decode(input, terms, TERMS_LIMITS)
