/** SQL that leaves out what the community hid, and everything by the keys that it banned. */
export const VISIBLE = (alias: string): string => `NOT EXISTS (
  SELECT 1 FROM moderation m WHERE m.community = ${alias}.community AND m.active = 1
  AND ((m.scope = 'event' AND m.target = ${alias}.id) OR (m.scope = 'author' AND m.target = ${alias}.author)))`
