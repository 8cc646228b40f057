import type { DecisionInfo, PersonInfo } from '#protocols/api/v1/moderation.ts'
import { m, shortKey, t } from '#web/kit/mod.ts'

export type Action = DecisionInfo['action']

/** Why something was decided or answered: one sentence. As `REASON_MAX` of the wire. */
export const REASON_MAX = 400

export const nameOf = (name: string, key: string): string => name || t`Guest ${key.slice(0, 4)}`

/** What is certain of a person: the handle that the community gave, else the key. */
export const handleOr = ({ handle, key }: Pick<PersonInfo, 'handle' | 'key'>): string =>
  handle === null ? shortKey(key) : `@${handle}`

export const DONE: Readonly<Record<Action, string>> = {
  hide: m('Hidden'),
  unhide: m('Shown'),
  mute: m('Muted'),
  unmute: m('May speak again'),
  ban: m('Banned'),
  unban: m('Ban lifted'),
}

export const UNDO: Partial<Readonly<Record<Action, readonly [action: Action, words: string]>>> = {
  hide: ['unhide', m('Show again')],
  mute: ['unmute', m('Let speak')],
  ban: ['unban', m('Lift the ban')],
}
