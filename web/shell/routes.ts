import { m } from '#web/kit/words.ts'

/** Which part a path shows, and with what. Part names are folders under `web/parts`. */
export interface Route {
  readonly part: string
  readonly params: Readonly<Record<string, string>>
  readonly title: string
}

const TABLE: readonly (readonly [pattern: RegExp, part: string, title: string])[] = [
  [/^\/$/, 'feed', m('Listen')],
  [/^\/release\/(?<id>[0-9a-f]{32})$/, 'release', m('Release')],
  [/^\/chat(?:\/(?<community>[0-9a-f]{64}))?$/, 'chat', m('Chat')],
  [/^\/saved$/, 'saved', m('On this device')],
  [/^\/you$/, 'you', m('You')],
  [/^\/join$/, 'join', m('Join')],
  [/^\/search$/, 'search', m('Search')],
  [/^\/event\/(?<id>[0-9a-f]{32})$/, 'event', m('Event')],
  [/^\/polls$/, 'polls', m('Polls')],
  [/^\/studio$/, 'studio', m('Studio')],
  [/^\/desk$/, 'desk', m('Desk')],
  [/^\/receipts(?:\/(?:ledger|(?<community>[0-9a-f]{64})\/(?<index>\d{1,15})))?$/, 'receipts', m('Receipts')],
  [/^\/agreements(?:\/(?<release>[0-9a-f]{32}))?$/, 'agreements', m('Agreements')],
  [/^\/p\/(?<tag>[a-z][a-z0-9-]{0,31})$/, 'guest', m('Guest part')],
  [/^\/community\/(?<key>[0-9a-f]{64})$/, 'community', m('Community')],
]

/** Trailing slashes do not matter. Null for a path that shows nothing. */
export function matchRoute(path: string): Route | null {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path
  for (const [pattern, part, title] of TABLE) {
    const match = pattern.exec(clean)
    if (match === null) continue
    const groups = Object.entries(match.groups ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined)
    return { part, title, params: Object.fromEntries(groups) }
  }
  return null
}
