import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { ModerationApi, Standings } from '#node/ports/moderation.ts'
import { READ_REPORTS_TYPE } from '#protocols/engagement/v1/constants.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { Signer } from '#src/kernel/ports.ts'
import { hex, key32 } from './keys.ts'
import { createQuestions, type QuestionsInit } from './questions.ts'

export interface ModerationInit extends QuestionsInit {
  readonly own: Uint8Array
  readonly standings: Standings
  readonly signer: Signer
  readonly nameOf: (community: Uint8Array) => string
  readonly followed: () => readonly Uint8Array[]
}

/** Type of a signed block list: it belongs to no area of events, so no door takes one for an event. */
const BLOCK_LIST_TYPE = 'moderation/blocklist'
/** Bans in one list: some 0.6 MB at most. */
const BANS_MAX = 4_096
/** Of a list that is looked at: enough to see what it is about. */
const RECENT_MAX = 10

/** What the desk, a page and other communities are told of moderation. */
export function createModeration(init: ModerationInit): ModerationApi {
  const { own, standings, clock } = init
  const lists = () => {
    const honoured = new Set(standings.blockLists().map(list => hex(list.community)))
    return init.followed().map(community => ({
      community: hex(community),
      name: init.nameOf(community),
      bans: standings.bans(community, BANS_MAX).length,
      on: honoured.has(hex(community)),
    }))
  }
  const ask = createQuestions(init)
  const known = (community: Uint8Array): Uint8Array => {
    if (init.followed().some(one => equals(one, community))) return community
    throw new StageError('unknown-community', 'Follow that community first: its bans come with what it says.')
  }
  /** Only at the own door: what other communities honour, they alone know. */
  const listing = (place: Uint8Array, person: Uint8Array): string[] =>
    equals(place, own)
      ? standings
          .blockLists()
          .filter(list => standings.ban(list.community, person) !== null)
          .map(list => init.nameOf(list.community))
      : []
  const overview: ModerationApi['overview'] = () => ({
    moderators: standings.moderators(own),
    speakers: standings.speakers(own),
    reports: standings.reports(own),
    decisions: standings.decisions(own),
    appeals: standings.appeals(own),
    lists: lists(),
  })
  return {
    overview,
    standing(community, key) {
      const [place, person] = [key32(community, 'A community'), key32(key, 'A key')]
      const helps = standings.isModerator(place, person)
      return {
        role: equals(place, person) ? 'community' : helps ? 'moderator' : 'none',
        decisions: standings.against(place, person, clock.nowMs()),
        lists: equals(place, person) ? [] : listing(place, person),
      }
    },
    room: (community, room) => standings.room(key32(community, 'A community'), room),
    queue(community, question) {
      const place = key32(community, 'A community')
      ask(question, { type: READ_REPORTS_TYPE, community: place }, author => {
        if (equals(author, place) || standings.isModerator(place, author)) return
        throw new StageError('not-for-you', 'Only those who moderate here read what was reported.')
      })
      return { reports: standings.reports(place), decisions: standings.decisions(place) }
    },
    previewBlockList(community) {
      const list = known(key32(community, 'A community'))
      const bans = standings.bans(list, BANS_MAX)
      const latest = bans.toSorted((a, b) => b.at - a.at).slice(0, RECENT_MAX)
      return {
        community,
        name: init.nameOf(list),
        on: standings.blockLists().some(one => equals(one.community, list)),
        bans: bans.length,
        here: standings.bannedSpeakers(list, own),
        recent: latest.map(({ key, reason, at }) => ({ key: hex(key), reason, at })),
      }
    },
    async blockList() {
      const bans = standings.bans(own, BANS_MAX)
      const at = clock.nowMs()
      const body = { bans: bans.map(({ key, decision, reason, at }) => ({ key, decision, reason, at })) }
      const payload = encodePayload({ type: BLOCK_LIST_TYPE, author: own, community: own, seq: 1, at, body })
      const signature = await init.signer.sign(signedBytes(BLOCK_LIST_TYPE, payload))
      return {
        community: hex(own),
        at,
        bans: bans.map(ban => ({ ...ban, key: hex(ban.key), decision: hex(ban.decision) })),
        signed: asText(encodeEnvelope(payload, signature), 'base64pad'),
      }
    },
    setBlockList(community, on) {
      const key = key32(community, 'A community')
      if (on) standings.honour(known(key), clock.nowMs())
      else standings.ignore(key)
      return overview()
    },
  }
}
