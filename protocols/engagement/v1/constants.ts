/** Longest chat message or comment, in UTF-16 units: several paragraphs, still one small gossip message. */
export const MESSAGE_MAX = 2_000
/** Display names are claimed, not owned: short enough for a phone. */
export const NAME_MAX = 40
export const POLL_OPTIONS_MAX = 12
/** `main`, or a release id: where a message is said. */
export const ROOM_PATTERN = /^(?:main|[0-9a-f]{32})$/
/** One emoji with its modifiers, at most this many UTF-16 units (a family emoji is 11). */
export const EMOJI_MAX = 16
/** One play event stands for at most this much listening. */
export const PLAY_MS_MAX = 24 * 60 * 60 * 1000
/**
 * Largest envelope of anybody but the community itself, in bytes. The longest message in any script takes 6.5 kB; keys are
 * free, so what a stranger may store is bounded by the event. Also holds for types of newer versions.
 */
export const FAN_EVENT_BYTES_MAX = 8_192
/** Why something was decided, reported or answered, in UTF-16 units: one sentence. */
export const REASON_MAX = 400
/** An appeal, in UTF-16 units: a paragraph. */
export const APPEAL_MAX = 1_000
/** Slowest room: one message in ten minutes. */
export const SLOW_MS_MAX = 10 * 60 * 1000
/** Named voters of one ballot: 17.4 kB of keys, well below the largest envelope. */
export const BALLOT_VOTERS_MAX = 512
/** Items of an event's programme: a long festival day. */
export const PROGRAMME_MAX = 50
/** Longest event, ms. */
export const EVENT_MS_MAX = 14 * 24 * 60 * 60 * 1000
/**
 * Type of the envelope by which somebody who moderates asks a stage for what was reported: addressed to the community, body `{}`. It
 * belongs to no area of events, so no door takes it for one.
 */
export const READ_REPORTS_TYPE = 'moderation/read'
