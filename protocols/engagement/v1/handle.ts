import { bytes, matching, type Shape, struct } from '../../codec/shape.ts'

/** `engagement/handle`, by anyone: the author asks the community for a name that nobody else bears there. */
export interface Handle {
  /** 3 to 20 of a-z, 0-9 and _; empty: the author gives its handle up. */
  readonly handle: string
}

/** `engagement/grant`, by the community: it answers a claim with yes. Grants hold in the order of their sequences. */
export interface Grant {
  /** Event id of the `engagement/handle`, 32 bytes. */
  readonly claim: Uint8Array
}

export const HANDLE_PATTERN = /^[a-z0-9_]{3,20}$/

export const handle: Shape<Handle> = struct({
  handle: matching(/^(?:[a-z0-9_]{3,20})?$/, '3 to 20 of a-z, 0-9 and _, or nothing'),
})
export const grant: Shape<Grant> = struct({ claim: bytes(32) })
