import { RELEASE_ID_PATTERN } from '../../catalog/v1/constants.ts'
import { bytes, line, matching, nullable, type Shape, struct, uint, uint64 } from '../../codec/shape.ts'
import { ASSET_CODE_PATTERN, NOTE_MAX, SCALE_MAX } from './constants.ts'

/** What is counted. `issuer` is the community whose cash desk stands behind it. `scale` is decimal places. */
export interface Asset {
  readonly code: string
  readonly scale: number
  readonly issuer: Uint8Array
}

/** Body of `value/tip`: a fan orders a payment to a release's parties from their balance at the community. */
export interface TipOrder {
  readonly release: string
  /** In units of 10^-scale of the asset. */
  readonly amount: bigint
  readonly asset: Asset
  readonly note: string | null
}

/** Body of `value/issue`: the cash desk credits an account. Signed by the community's own key. */
export interface IssueOrder {
  readonly account: Uint8Array
  readonly amount: bigint
  readonly asset: Asset
  /** Why the credit exists: cash received, a test, hours worked. */
  readonly evidence: string
}

export const asset: Shape<Asset> = struct({
  code: matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR'),
  scale: uint(SCALE_MAX),
  issuer: bytes(32),
})

export const tipOrder: Shape<TipOrder> = struct({
  release: matching(RELEASE_ID_PATTERN, 'a release id'),
  amount: uint64,
  asset,
  note: nullable(line(NOTE_MAX)),
})

export const issueOrder: Shape<IssueOrder> = struct({
  account: bytes(32),
  amount: uint64,
  asset,
  evidence: line(NOTE_MAX),
})
