import { toString as asText } from 'uint8arrays/to-string'
import type { GrossStep } from '#protocols/catalog/v1/agreement.ts'
import type { PartyHolders } from '#src/ledger/rules.ts'

export const hex = (bytes: Uint8Array): string => asText(bytes, 'hex')

/** Balance of a member. */
export const accountHolder = (account: Uint8Array): string => `acct:${hex(account)}`

/** `first`: hash of the agreement's first version in hex, so that an amendment finds what an earlier version set aside. */
export const partyHolders = (first: string, party: string): PartyHolders => ({
  suspense: `susp:${first}/${party}`,
  reserve: `rsrv:${first}/${party}`,
  held: `held:${first}/${party}`,
})

/** Where a tax waits for the community to pay it on. */
export const taxHolder = (first: string, name: string): string => `tax:${first}/${name}`

/** Where what a gross step takes waits when the terms name nobody who receives it. */
export const stepHolder = (first: string, { kind, name }: Pick<GrossStep, 'kind' | 'name'>): string =>
  kind === 'tax' ? taxHolder(first, name) : `fee:${first}/${name}`
