/** SQL that leaves out what was hidden, and everything by the keys that are banned. */
export const VISIBLE = (alias: string): string => `NOT EXISTS (
  SELECT 1 FROM standing m WHERE m.community = ${alias}.community AND m.active = 1
  AND ((m.scope = 'event' AND m.target = ${alias}.id) OR (m.scope = 'author' AND m.target = ${alias}.author)))`

/** Likewise, and what a muted key dates into its mute. */
export const AUDIBLE = (alias: string): string => `${VISIBLE(alias)} AND NOT EXISTS (
  SELECT 1 FROM standing m WHERE m.community = ${alias}.community AND m.scope = 'voice' AND m.target = ${alias}.author
  AND m.active = 1 AND ${alias}.at >= m.since AND (m.until = 0 OR ${alias}.at < m.until))`
