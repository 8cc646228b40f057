import type { DecodeLimits } from '../../codec/limits.ts'

/** Largest terms of an agreement: 32 parties with names, roles and waterfalls take about 10 kB. */
export const TERMS_BYTES_MAX = 16_384

/** Largest signed order inside an entry: an envelope around terms at their largest. */
export const ORDER_BYTES_MAX = 17_408

/** Largest entry: what the 16-bit length of a C2SP tlog-tiles entry bundle can say. */
export const ENTRY_BYTES_MAX = 65_535

/** Largest signed voucher in its own message; as an entry it grows to 275 bytes at most. */
export const VOUCHER_BYTES_MAX = 384

/** Most assets that one log counts: a line of totals is about 90 bytes, and a close must fit in one entry. */
export const ASSETS_MAX = 256

/** `code/scale/issuer hex`: 8 + 1 + 1 + 1 + 64. */
export const ASSET_KEY_MAX = 75

/** Largest amount of fine units (10^-9) on the wire: 18 thousand million units of any asset. */
export const FINE_MAX = (1n << 64n) - 1n

/** Most lines of one division: 32 parties in each of a few dozen nested agreements. */
export const LINES_MAX = 1_024

/** Longest holder of a line: `susp:`, an agreement, a slash and a party of 80 characters, percent-encoded where it must. */
export const HOLDER_MAX = 200

/** Longest party id, as in an agreement's terms. */
export const PARTY_MAX = 80

/** Longest tag of a line: one word. */
export const TAG_MAX = 32

/** Lines of a division with the longest names. */
export const LINES_LIMITS: DecodeLimits = { bytesMax: 1_048_576, depthMax: 2, itemsMax: 1 + LINES_MAX * 5 }

/** Most guardians of one account: enough for a quorum of friends, few enough to be asked one by one. */
export const GUARDIANS_MAX = 7

/** Longest wait before guardians' recovery takes effect: 90 days. */
export const RECOVERY_DELAY_MAX_MS = 7_776_000_000

/** Longest origin line: `bandstand.`, 64 digits, `/log.` and a generation of ten digits. */
export const ORIGIN_MAX = 96

/** Latest generation of a log: each costs a quorum's signatures. */
export const GENERATION_MAX = 9_999_999

/** Name of a network, the first part of every signature's domain. */
export const NETWORK_PATTERN = /^[a-z][a-z0-9-]{0,31}$/

/** Parts into which one month may be closed: one an hour, and some. */
export const PARTS_MAX = 1_000

/** `YYYY-MM`. */
export const PERIOD_PATTERN = /^[0-9]{4}-(?:0[1-9]|1[0-2])$/

/** `<release id>/<track>`: track from 1, as many as a release may have. */
export const RECORDING_PATTERN = /^[0-9a-f]{32}\/(?:[1-9][0-9]?|100)$/
export const RECORDING_MAX = 36

/** `code/scale/issuer`. */
export const ASSET_KEY_PATTERN = /^[A-Z][A-Z0-9]{2,7}\/[0-9]\/[0-9a-f]{64}$/

/** `bandstand.<community>/log`, or `/log.<generation>` from the second on. */
export const ORIGIN_PATTERN = /^bandstand\.[0-9a-f]{64}\/log(?:\.(?:[2-9]|[1-9][0-9]{1,6}))?$/

/** Largest ack: an origin, two hashes, a signature and three numbers. */
export const ACK_LIMITS: DecodeLimits = { bytesMax: 320, depthMax: 1, itemsMax: 8 }

/** Longest time from an entry to the deadline of its promise: a later one would promise nothing. */
export const PROMISE_MS_MAX = 60_000

/** Longest C2SP tlog-proof: a note, 54 hashes and some extra data. */
export const TLOG_PROOF_LENGTH_MAX = 65_536

/** Most members of a federation: each signs the first charter, and a page can list them. */
export const MEMBERS_MAX = 256

/** A charter with 256 members, the longest names and addresses in the widest script. */
export const CHARTER_BYTES_MAX = 524_288
export const CHARTER_LIMITS: DecodeLimits = { bytesMax: CHARTER_BYTES_MAX, depthMax: 3, itemsMax: 4_096 }

/** The charter, and a signature of each member. */
export const SIGNED_CHARTER_LIMITS: DecodeLimits = { bytesMax: 589_824, depthMax: 3, itemsMax: 2_048 }

/** Most seats of one committee. */
export const SEATS_MAX = 21

/** Largest commit leaf: two hashes and numbers take about 110 bytes. */
export const COMMIT_BYTES_MAX = 256

/** A closing certificate: a note, a commit with its proof, and 21 statements. */
export const CLOSE_LIMITS: DecodeLimits = { bytesMax: 49_152, depthMax: 3, itemsMax: 256 }

/** Longest key of the state map. */
export const STATE_KEY_MAX = 512

/** Largest value of the state map: an agreement's terms with its parties. */
export const STATE_VALUE_MAX = 65_535

/** Most state entries in one piece of evidence: a community of some 30,000 accounts. */
export const STATE_ENTRIES_MAX = 131_072

/** Most entries of one batch in evidence: what a sequencer may put under one commit. */
export const EVIDENCE_ENTRIES_MAX = 65_536

/** Evidence is a file that is verified offline, with all it stands on. */
export const EVIDENCE_BYTES_MAX = 67_108_864
export const EVIDENCE_LIMITS: DecodeLimits = { bytesMax: EVIDENCE_BYTES_MAX, depthMax: 4, itemsMax: 524_288 }

/** Most entries in one message of the receipts topic: 131,072 bytes hold some 480 stream entries. */
export const TOPIC_ENTRIES_MAX = 2_048
export const TOPIC_LIMITS: DecodeLimits = { bytesMax: 131_072, depthMax: 2, itemsMax: 4_096 }

/** Largest signed order of a transfer: a body with three intermediates and the envelope around it take about 800 bytes. */
export const TRANSFER_ORDER_BYTES_MAX = 1_024

/** Most communities between a payer's and a payee's: four hops in all. */
export const VIA_MAX = 3

/** Largest leaf of another log in a transfer's entry: four hops, each with 54 hashes, nest to about 14,000 bytes. */
export const LEAF_BYTES_MAX = 32_768

/** How a transfer ended: a word, or a refusal's code. */
export const OUTCOME_PATTERN = /^[a-z][a-z-]{0,31}$/
export const OUTCOME_MAX = 32

/** Who is paid in another log: the parties of a release, or an account. */
export const PAYEE_PATTERN = /^(?:release\/[0-9a-f]{32}|acct\/[0-9a-f]{64})$/

/** Haircuts count in ten-thousandths; one of all would deliver nothing. */
export const HAIRCUT_MAX = 9_999

/** Largest receipt that a refund carries: its order is a tip, a purchase or a gift, of about 500 bytes. */
export const RECEIPT_BYTES_MAX = 2_048

/** Most bytes of lines in a refund: what an entry has room for beside the receipt and the order. */
export const REFUND_LINES_BYTES_MAX = 44_032

/** Most voucher codes of one batch: their bitmap is 128 bytes, their paths have ten hashes. */
export const CODES_MAX = 1_024
export const CODE_PATH_MAX = 10

/** Secret of a voucher code: 80 random bits cannot be guessed, and can be typed. */
export const CODE_SECRET_BYTES = 10
