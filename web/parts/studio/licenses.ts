import { m } from '#web/kit/words.ts'
/** What a listener may do, in plain words, for each license offered. */
export const LICENSES: readonly (readonly [id: string, name: string, meaning: string])[] = [
  ['All rights reserved', m('All rights reserved'), m('People may listen here. Anything else needs your permission.')],
  ['CC-BY-4.0', m('Attribution (CC BY)'), m('Anyone may share and build on it, also commercially, if they name you.')],
  [
    'CC-BY-SA-4.0',
    m('Attribution, share alike (CC BY-SA)'),
    m('As CC BY, and what they make from it carries the same license.'),
  ],
  [
    'CC-BY-NC-4.0',
    m('Attribution, non-commercial (CC BY-NC)'),
    m('Anyone may share and build on it without earning from it.'),
  ],
  ['CC0-1.0', m('Public domain (CC0)'), m('You give up all rights: anyone may do anything with it.')],
]
