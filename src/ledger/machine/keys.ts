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

export const accountHolder = (account: string): string => `acct:${account}`
export const channelHolder = (channel: string): string => `chan:${channel}`
export const poolHolder = (pool: string): string => `pool:${pool}`
