export const BLOCKS_PROTOCOL = '/bandstand/blocks/1.0.0'

/** Largest block, in bytes: the same as bitswap's, so that a block that can be had here can be had from the wider IPFS. */
export const BLOCK_BYTES_MAX = 2 * 1024 * 1024

/** Longest binary CID, in bytes: version, codec and multihash of a 64-byte digest, with room for long codes. */
export const CID_BYTES_MAX = 96

/** Length of the request id, in bytes. */
export const ID_BYTES = 4

/** Length of the status, in bytes. */
export const STATUS_BYTES = 1

export const REQUEST_BYTES_MAX = ID_BYTES + CID_BYTES_MAX
export const RESPONSE_BYTES_MAX = ID_BYTES + STATUS_BYTES + BLOCK_BYTES_MAX

/**
 * Most requests of one stream that may await an answer: 64 blocks of 1 MiB cover 200 ms of round trip at 2.5 Gbit/s.
 * A server may stop reading before that; a client that sends more is refused.
 */
export const PIPELINE_MAX = 64
