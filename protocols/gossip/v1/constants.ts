/** Version of what travels on a topic, its last part; another version is another topic, and both are served side by side. */
export const GOSSIP_TOPIC_VERSION = '1.0.0'

/** What travels by gossip about a community: the third part of a topic. */
export const GOSSIP_TOPIC_KINDS = ['events', 'receipts'] as const

/** Largest body of one gossip message, in bytes: an envelope or an announced receipt fits. */
export const GOSSIP_MESSAGE_BYTES_MAX = 131_072

/** Part of a message id that says which topic: keeps equal data on two topics apart. */
export const GOSSIP_ID_TOPIC_BYTES = 8
/** Part of a message id that says which data: 160 bits that nobody can collide with. */
export const GOSSIP_ID_DATA_BYTES = 20
