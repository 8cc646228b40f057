import type { Membership, Offer } from '#protocols/catalog/v1/offer.ts'

export type OfferRow = Omit<Offer, 'release'>

/** What communities ask: read models over their newest `catalog/offer` and `catalog/membership`. */
export interface Offers {
  /** What the release's own community asks; null when it never said. */
  offer(release: string, community: Uint8Array): OfferRow | null
  membership(community: Uint8Array): Membership | null
  /** Whether the community ever named a price. */
  asksAnything(community: Uint8Array): boolean
}
