import { bytes, matching, type Shape, struct, uint } from '../../codec/shape.ts'
import { ASSET_CODE_PATTERN, SCALE_MAX } from './constants.ts'

/** What is counted. `issuer` is the community whose cash desk stands behind it. `scale` is decimal places. */
export interface Asset {
  readonly code: string
  readonly scale: number
  readonly issuer: Uint8Array
}

export const asset: Shape<Asset> = struct({
  code: matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR'),
  scale: uint(SCALE_MAX),
  issuer: bytes(32),
})
