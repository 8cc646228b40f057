/** What a listener may do, in plain words, for each license offered. */
export const LICENSES: readonly (readonly [id: string, name: string, meaning: string])[] = [
  ['All rights reserved', 'All rights reserved', 'People may listen here. Anything else needs your permission.'],
  ['CC-BY-4.0', 'Attribution (CC BY)', 'Anyone may share and build on it, also commercially, if they name you.'],
  [
    'CC-BY-SA-4.0',
    'Attribution, share alike (CC BY-SA)',
    'As CC BY, and what they make from it carries the same license.',
  ],
  [
    'CC-BY-NC-4.0',
    'Attribution, non-commercial (CC BY-NC)',
    'Anyone may share and build on it without earning from it.',
  ],
  ['CC0-1.0', 'Public domain (CC0)', 'You give up all rights: anyone may do anything with it.'],
]
