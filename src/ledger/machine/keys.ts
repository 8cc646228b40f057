/** Keys of the state map: `<kind>/<what>`. Everything below a key is canonical DAG-CBOR, see `values.ts`. */
export const META = 'meta'
/** Kept beside the map, outside its root: what the newest commit leaf itself says. */
export const HEAD = '~head'

export const DESK = 'desk'

export const holdingKey = (asset: string, holder: string): string => `holding/${asset}/${holder}`
export const accountKey = (account: string): string => `account/${account}`
/** A key that rotation or recovery gave to an account. */
export const aliasKey = (key: string): string => `key/${key}`
export const channelKey = (channel: string): string => `channel/${channel}`
export const agreementKey = (hash: string): string => `agreement/${hash}`
/** What holds for all versions of an agreement: disputes and settled accounts. */
export const familyKey = (first: string): string => `family/${first}`
export const releaseKey = (release: string): string => `release/${release}`
export const memoryKey = (key: string): string => `memory/${key}`
export const paidKey = (pool: string, asset: string, payer: string): string => `paid/${pool}/${asset}/${payer}`
export const useKey = (pool: string, asset: string, payer: string, agreement: string): string =>
  `use/${pool}/${asset}/${payer}/${agreement}`

/** How this log stands with another community, apart from money. */
export const peerKey = (community: string): string => `peer/${community}`
/** How much of another community's credit is accepted. */
export const lineKey = (community: string, code: string, scale: number | string): string =>
  `line/${community}/${code}/${scale}`
/** A transfer that left toward a next hop. */
export const outKey = (next: string, sequence: number): string => `out/${next}/${sequence}`
/** A purchase that can be taken back, by the index of its receipt. */
export const boughtKey = (index: number): string => `bought/${index}`
export const batchKey = (batch: string): string => `batch/${batch}`
/** A netting document that was entered, by the hash of what all signed. */
export const netKey = (hash: string): string => `net/${hash}`

export const accountHolder = (account: string): string => `acct:${account}`
export const channelHolder = (channel: string): string => `chan:${channel}`
export const poolHolder = (pool: string): string => `pool:${pool}`
/** What is owed to another community, above zero, or by it, below. */
export const peerHolder = (community: string): string => `peer:${community}`
/** What is on its way to a next hop that has not answered. */
export const holdHolder = (community: string): string => `hold:${community}`
/** What the unused codes of a batch are worth. */
export const codesHolder = (batch: string): string => `codes:${batch}`

/** The cash desk and positions with other communities may be owed; no other holder may be. */
export const mayOwe = (holder: string): boolean => holder === DESK || holder.startsWith('peer:')
