import type { DecodeLimits } from '../../codec/limits.ts'

/** libp2p protocol id. */
export const HELLO_PROTOCOL = '/bandstand/hello/1.0.0'

/** What Ed25519 signs starts with this, so that a hello can never pass for another kind of statement. */
export const HELLO_DOMAIN = 'bandstand/hello/v1\0'

/** Longest frame: ours are about 600 bytes; a stage with every protocol and feature to come fits. */
export const HELLO_BYTES_MAX = 16_384

/** A signed message is a list of two byte strings; a refusal is a small map. */
export const MESSAGE_LIMITS: DecodeLimits = { bytesMax: HELLO_BYTES_MAX, depthMax: 2, itemsMax: 64 }

/** Room for what newer versions add: unknown fields are skipped, but bounded. */
export const PAYLOAD_LIMITS: DecodeLimits = { bytesMax: HELLO_BYTES_MAX, depthMax: 6, itemsMax: 1_024 }

/** Protocols that one stage may name. */
export const PROTOCOLS_MAX = 64
/** Features offered, and features required. */
export const FEATURES_MAX = 128
/** Named limits. */
export const LIMITS_MAX = 64
/** Versions are small whole numbers. */
export const VERSION_MAX = 65_535

/** Names of protocols, features and limits: they are shown to people and used as keys. */
export const NAME_PATTERN = /^[a-z][a-z0-9-]{0,31}$/

/** 128 random bits: an answer that carries it was made for this very hello. */
export const NONCE_BYTES = 16

/** How software names itself, e.g. `bandstand/0.1.0`. */
export const SOFTWARE_MAX = 80
export const COMMUNITY_NAME_MAX = 80
/** The sentence in a refusal. */
export const REFUSAL_MESSAGE_MAX = 300
/** Codes of refusals, also of those that a newer version adds. */
export const REFUSAL_CODE_PATTERN = /^[a-z][a-z-]{1,39}$/
