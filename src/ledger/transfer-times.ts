/** Longest time from a transfer's entry to its expiry, ms: what is on its way must come back to be used. */
export const TRANSFER_MS_MAX = 86_400_000

/** How long after its expiry a transfer may be written off by a community whose next hop has not answered, ms. */
export const RECOURSE_MS = 86_400_000
