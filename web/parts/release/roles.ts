import { m, translated } from '#web/kit/words.ts'

/** What people do on a recording, as it stands in the credits; other words are welcome, and shown as they were typed. */
export const ROLES: readonly (readonly [role: string, shown: string])[] = [
  ['vocals', m('Vocals')],
  ['guitar', m('Guitar')],
  ['bass', m('Bass')],
  ['drums', m('Drums')],
  ['percussion', m('Percussion')],
  ['keys', m('Piano, keys')],
  ['strings', m('Strings')],
  ['brass', m('Brass')],
  ['woodwind', m('Woodwind')],
  ['electronics', m('Electronics')],
  ['composition', m('Composition')],
  ['lyrics', m('Words')],
  ['arrangement', m('Arrangement')],
  ['production', m('Production')],
  ['recording', m('Recording')],
  ['mixing', m('Mixing')],
  ['mastering', m('Mastering')],
]

/** A role in the reader's language, when it is one of the usual ones. */
export const shownRole = (role: string): string => translated(ROLES.find(([known]) => known === role)?.[1] ?? role)
