import { equals } from 'uint8arrays/equals'

/** Whether a list of keys has this one. */
export const includes = (keys: readonly Uint8Array[], key: Uint8Array): boolean => keys.some(one => equals(one, key))
