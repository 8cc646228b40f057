import type * as api from '#protocols/api/v1/schemas.ts'

/** A file that somebody who bought it may have. */
export interface UnlockedFile {
  /** Absolute path on this machine. */
  readonly file: string
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
}

/** Prices, listening that is paid as it happens, and what a purchase unlocks. Every method throws `StageError` for a refusal. */
export interface OffersApi {
  /** operator */
  setPrice(release: string, price: api.SetPrice): Promise<api.PriceInfo | null>
  /** operator */
  setMembership(month: string): Promise<api.MembershipInfo | null>
  /** The newest that a listener signed for what is playing. */
  listen(signed: {
    readonly voucher?: Uint8Array
    readonly order?: Uint8Array
    readonly last: boolean
  }): Promise<api.StreamKept>
  /** Releases of this community that an account bought or was given. */
  owned(account: string): api.Owned[]
  /** `envelope` is signed by whoever bought the release, now. */
  originals(release: string, envelope: Uint8Array): api.Originals
  /** The file behind an address that `originals` gave out. */
  original(ticket: string): UnlockedFile
}
