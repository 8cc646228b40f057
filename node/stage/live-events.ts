import { equals } from 'uint8arrays/equals'
import type { Handles } from '#node/ports/handles.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { Standings } from '#node/ports/moderation.ts'
import type { Views } from '#node/ports/views.ts'
import type { LiveEvent } from '#protocols/api/v1/schemas.ts'
import type { Bodies, KnownEvent, KnownType } from '#src/engagement/events.ts'
import type { Clock } from '#src/kernel/ports.ts'
import type { Catalog } from './catalog.ts'
import { eventInfo } from './happenings.ts'
import { hex } from './keys.ts'

export interface LiveEventsInit {
  readonly views: Views
  readonly standings: Pick<Standings, 'ban' | 'isModerator'>
  readonly handles: Pick<Handles, 'of' | 'claimant'>
  readonly catalog: Catalog
  readonly clock: Clock
}

type Scope = Extract<LiveEvent, { event: 'moderation' }>['data']['scope']
type Translated = LiveEvent | null | Promise<LiveEvent | null>
type Translate<T> = (event: AcceptedEvent, body: T) => Translated

/** Turns a newly stored event into what pages are told. Hidden or banned content tells nothing. */
export function createLiveEvents({ views, standings, handles, catalog, clock }: LiveEventsInit) {
  const releaseEvent = async (id: string): Promise<LiveEvent | null> => {
    const row = views.release(id)
    return row === null ? null : { event: 'release', data: await catalog.summary(row) }
  }
  const pollEvent = (id: Uint8Array): LiveEvent | null => {
    const data = views.poll(id, null, clock.nowMs())
    return data === null ? null : { event: 'poll', data }
  }
  const messageEvent = (id: Uint8Array): LiveEvent | null => {
    const data = views.message(id)
    return data === null ? null : { event: 'chat', data }
  }
  const visible = ({ envelope }: AcceptedEvent): boolean => !views.isBanned(envelope.community, envelope.author)
  const atHome = ({ envelope }: AcceptedEvent, release: string): boolean => {
    const home = views.release(release)?.community
    return home !== undefined && equals(home, envelope.community)
  }
  const said = ({ id, envelope: { author, at, community } }: AcceptedEvent) => {
    const handle = handles.of(community, author)
    return { id: hex(id), author: hex(author), at, community: hex(community), ...(handle === null ? {} : { handle }) }
  }

  const moderates = ({ envelope: { community, author } }: AcceptedEvent): boolean =>
    equals(author, community) || standings.isModerator(community, author)
  const moderation = ({ envelope: { community } }: AcceptedEvent, scope: Scope, target: string, hides = false) => ({
    event: 'moderation' as const,
    data: { community: hex(community), scope, target, hides, n: views.roomNumbers(community, '').moderated },
  })
  /** What strangers sign as if they moderated is told to nobody: every page would read again for it. */
  const decided = (
    event: AcceptedEvent,
    { action, target }: Pick<Bodies['engagement/decision'], 'action' | 'target'>,
  ): LiveEvent | null => {
    if (!moderates(event)) return null
    const { community } = event.envelope
    const scope = action.endsWith('hide') ? 'event' : action.endsWith('ban') ? 'author' : 'voice'
    const gone = scope === 'event' ? views.message(target) === null : standings.ban(community, target) !== null
    const hides = (action === 'hide' || action === 'ban') && gone
    return moderation(event, scope, hex(target), hides)
  }
  /** Something that those who moderate look at again, and whom it names. */
  const moderated = (event: AcceptedEvent, target: string): LiveEvent => moderation(event, 'desk', target)

  const translations: { [K in KnownType]?: Translate<Bodies[K]> } = {
    'catalog/community': ({ envelope }) => ({ event: 'community', data: catalog.community(envelope.community) }),
    'catalog/release': (_event, body) => releaseEvent(body.id),
    // One that is still shown was not withdrawn by the community that published it.
    'catalog/withdraw': ({ envelope }, { id }) =>
      views.release(id) === null ? { event: 'withdraw', data: { id, community: hex(envelope.community) } } : null,
    'engagement/chat': ({ id }) => messageEvent(id),
    // A comment that was edited is read again with its release; a message is shown anew in its place.
    'engagement/edit': (_event, { target }) => messageEvent(target),
    'engagement/comment': (event, { release, track, atMs, name, text }) =>
      visible(event) && atHome(event, release)
        ? { event: 'comment', data: { ...said(event), release, track, atMs, name, text, edited: false } }
        : null,
    'engagement/reaction': ({ envelope }, { target, emoji }) => ({
      event: 'reaction',
      data: {
        community: hex(envelope.community),
        target,
        emoji,
        count: views.reactions(target, null).find(tally => tally.emoji === emoji)?.count ?? 0,
      },
    }),
    'engagement/moderation': decided,
    'engagement/decision': decided,
    'engagement/role': (event, { key }) => moderated(event, hex(key)),
    'engagement/report': (event, { target }) => moderated(event, hex(target)),
    'engagement/appeal': event => moderated(event, hex(event.envelope.author)),
    'engagement/answer': event => moderated(event, ''),
    'engagement/room': (event, { room }) => {
      if (!moderates(event)) return null
      return moderation(event, 'room', room)
    },
    'engagement/poll': event => pollEvent(event.id),
    'engagement/ballot': event => pollEvent(event.id),
    'engagement/event': ({ envelope }, { id }) => {
      const row = views.stageEvent(id).find(one => equals(one.community, envelope.community))
      return row === undefined ? null : { event: 'event', data: eventInfo(row) }
    },
    'engagement/grant': ({ envelope: { community } }, { claim }) => {
      const key = handles.claimant(community, claim)
      if (key === null) return null
      return { event: 'handle', data: { community: hex(community), key: hex(key), handle: handles.of(community, key) } }
    },
    'engagement/vote': (_event, body) => pollEvent(body.poll),
    'engagement/play': (_event, body) => {
      const row = views.release(body.release)
      return row === null ? null : { event: 'play', data: { release: body.release, plays: row.plays } }
    },
  }

  return (event: AcceptedEvent, known: KnownEvent): Translated =>
    (translations[known.type] as Translate<unknown> | undefined)?.(event, known.body) ?? null
}
