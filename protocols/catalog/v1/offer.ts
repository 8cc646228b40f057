import { matching, nullable, type Shape, struct, uint, uint64 } from '../../codec/shape.ts'
import { ASSET_CODE_PATTERN, SCALE_MAX } from '../../value/v1/constants.ts'
import { RELEASE_ID_PATTERN } from './constants.ts'

/** Body of `catalog/offer`: what a community asks for one of its releases. Prices are minor units, 10^-scale of `code`. */
export interface Offer {
  readonly release: string
  readonly code: string
  readonly scale: number
  /** For 30 seconds of playing; 0: free. */
  readonly stream: bigint
  /** For keeping it; null: it is not sold. */
  readonly download: bigint | null
}

/** Body of `catalog/membership`: what a month as a supporting member costs, in minor units; 0: there is no membership. */
export interface Membership {
  readonly code: string
  readonly scale: number
  readonly month: bigint
}

const code = matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR')
const scale = uint(SCALE_MAX)

export const offer: Shape<Offer> = struct({
  release: matching(RELEASE_ID_PATTERN, 'a release id of 32 hex digits'),
  code,
  scale,
  stream: uint64,
  download: nullable(uint64),
})

export const membership: Shape<Membership> = struct({ code, scale, month: uint64 })
