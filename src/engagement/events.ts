import { type Captions, captions } from '#protocols/catalog/v1/captions.ts'
import {
  type CommunityProfile,
  communityProfile,
  type ReleaseManifest,
  releaseManifest,
  type Withdrawal,
  withdrawal,
} from '#protocols/catalog/v1/codec.ts'
import { SHARES_TOTAL } from '#protocols/catalog/v1/constants.ts'
import { type Credits, credits } from '#protocols/catalog/v1/credits.ts'
import { type Membership, membership, type Offer, offer } from '#protocols/catalog/v1/offer.ts'
import type { CodecFault } from '#protocols/codec/codec-error.ts'
import { attempt } from '#protocols/codec/dag-cbor.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { type Shape, wrongShape } from '#protocols/codec/shape.ts'
import {
  type Chat,
  type Comment,
  chat,
  comment,
  type Edit,
  edit,
  type Follow,
  follow,
  type Moderation,
  moderation,
  type Play,
  type Poll,
  play,
  poll,
  type Reaction,
  reaction,
  type Vote,
  vote,
} from '#protocols/engagement/v1/codec.ts'
import { type Ballot, ballot, type StageEvent, stageEvent } from '#protocols/engagement/v1/events-live.ts'
import { type Grant, grant, type Handle, handle } from '#protocols/engagement/v1/handle.ts'
import {
  type Answer,
  type Appeal,
  answer,
  appeal,
  type Decision,
  decision,
  type Report,
  type Role,
  type RoomRules,
  report,
  role,
  roomRules,
} from '#protocols/engagement/v1/moderation.ts'
import { isOrderType, type OrderBodies, readOrder } from '#protocols/ledger/v1/orders.ts'

/** Every body that this version interprets, by envelope type: what is said, and what the ledger is ordered to do. */
export interface Bodies extends OrderBodies {
  'catalog/community': CommunityProfile
  'catalog/release': ReleaseManifest
  'catalog/withdraw': Withdrawal
  'catalog/offer': Offer
  'catalog/membership': Membership
  'catalog/credits': Credits
  'catalog/captions': Captions
  'engagement/chat': Chat
  'engagement/edit': Edit
  'engagement/reaction': Reaction
  'engagement/comment': Comment
  'engagement/poll': Poll
  'engagement/vote': Vote
  'engagement/play': Play
  'engagement/follow': Follow
  'engagement/moderation': Moderation
  'engagement/role': Role
  'engagement/decision': Decision
  'engagement/appeal': Appeal
  'engagement/answer': Answer
  'engagement/report': Report
  'engagement/room': RoomRules
  'engagement/ballot': Ballot
  'engagement/event': StageEvent
  'engagement/handle': Handle
  'engagement/grant': Grant
}

export type KnownType = keyof Bodies
export type KnownEvent = { readonly [K in KnownType]: { readonly type: K; readonly body: Bodies[K] } }[KnownType]

/** A manifest whose splits account for the whole: each party once, exactly 100 %. */
const wholeManifest: Shape<ReleaseManifest> = (value, path) => {
  const manifest = releaseManifest(value, path)
  const total = manifest.splits.reduce((sum, share) => sum + share.shares, 0)
  if (total !== SHARES_TOTAL) return wrongShape('splits', `shares total ${total / 100} %, not 100 %`)
  if (new Set(manifest.splits.map(share => share.party)).size !== manifest.splits.length) {
    return wrongShape('splits', 'a party is named twice')
  }
  return manifest
}

const SHAPES: { readonly [K in Exclude<KnownType, keyof OrderBodies>]: Shape<Bodies[K]> } = {
  'catalog/community': communityProfile,
  'catalog/release': wholeManifest,
  'catalog/withdraw': withdrawal,
  'catalog/offer': offer,
  'catalog/membership': membership,
  'catalog/credits': credits,
  'catalog/captions': captions,
  'engagement/chat': chat,
  'engagement/edit': edit,
  'engagement/reaction': reaction,
  'engagement/comment': comment,
  'engagement/poll': poll,
  'engagement/vote': vote,
  'engagement/play': play,
  'engagement/follow': follow,
  'engagement/moderation': moderation,
  'engagement/role': role,
  'engagement/decision': decision,
  'engagement/appeal': appeal,
  'engagement/answer': answer,
  'engagement/report': report,
  'engagement/room': roomRules,
  'engagement/ballot': ballot,
  'engagement/event': stageEvent,
  'engagement/handle': handle,
  'engagement/grant': grant,
}

const isSaid = (type: string): type is keyof typeof SHAPES => Object.hasOwn(SHAPES, type)

export const isKnownType = (type: string): type is KnownType => isSaid(type) || isOrderType(type)

/** Reads the body that a type promises; `null` when the type is from a newer version than this one. */
export function readBody(type: string, body: unknown): Result<KnownEvent | null, CodecFault> {
  if (isOrderType(type)) {
    const order = readOrder(type, body)
    return order.ok ? ok({ type, body } as KnownEvent) : order
  }
  if (!isSaid(type)) return ok(null)
  return attempt(() => ({ type, body: SHAPES[type](body, 'body') }) as KnownEvent)
}
