import { z } from 'zod'
import { AssetInfo, FineAmount, Hex32, ReleaseId, RoomId, TimeMs } from './basics.ts'
import { CaptionsFile, Language } from './captions.ts'
import { AudienceInfo, EventInfo } from './happenings.ts'
import { ReceiptInfo } from './money-schemas.ts'
import { MembershipInfo, PriceInfo, SetPrice } from './offers.ts'
import { Joining } from './settings.ts'
import { TransferInfo } from './value-schemas.ts'

export * from './basics.ts'
export * from './captions.ts'
export * from './happenings.ts'
export * from './money-schemas.ts'
export * from './offers.ts'
export * from './survey.ts'
export * from './value-schemas.ts'

/** Shapes of `/api/v1` between node and web. Binary is hex (keys, ids) or base64 (envelopes); money is a decimal string of integer units. */
export const Problem = z.object({
  code: z.string().describe('stable machine-readable reason'),
  message: z.string().describe('what happened and what to do, for a person'),
  path: z.string().optional().describe('which field, when one field is to blame'),
  bits: z.number().int().optional().describe('with work-needed: zero bits that the hash of id and nonce begins with'),
})

export const StageInfo = z.object({
  name: z.string().nullable().describe('null until the first-run step names the community'),
  about: z.string(),
  community: Hex32,
  peerId: z.string(),
  version: z.string(),
  addresses: z.array(z.string()).describe('multiaddrs another stage can follow'),
  public: z.boolean(),
  operator: z.boolean().describe('whether this request may act as the operator'),
  asset: AssetInfo,
  streamIntervalMs: z.number().int().describe('how often a page signs for what was played'),
  place: z.string().describe('where this community is, in its own words; may be empty'),
  timeZone: z.string().nullable().describe('IANA name, such as Europe/Lisbon'),
  language: z.string().nullable().describe('of the page, for visitors who chose none'),
  joining: Joining,
  settingUp: z.number().int().nullable().describe('to the operator: the step of the first run that is under way'),
  media: z
    .object({ renditions: z.boolean(), note: z.string() })
    .describe('what the media tools on this machine can do'),
})

export const NameStage = z.object({ name: z.string().trim().min(1).max(80), about: z.string().max(1000).default('') })

export const CommunityInfo = z.object({
  community: Hex32,
  peerId: z.string(),
  name: z.string(),
  about: z.string(),
  own: z.boolean(),
  online: z.boolean().describe('whether a holder of its media is connected now'),
  lastSyncAt: TimeMs.nullable(),
  membership: MembershipInfo.nullable().describe('what a month of supporting it costs; null: not offered'),
})

export const MediaRef = z.object({ url: z.string(), mediaType: z.string(), bytes: z.number().int() })

export const TrackInfo = z.object({
  title: z.string(),
  artist: z.string(),
  durationMs: z.number().int(),
  isrc: z.string().nullable(),
  iswc: z.string().nullable(),
  original: MediaRef,
  plain: MediaRef.nullable(),
  hls: z.string().nullable().describe('URL of the HLS multivariant playlist'),
  renditions: z.array(
    z.object({
      url: z.string(),
      playlist: z.string(),
      codec: z.string(),
      bitsPerSecond: z.number().int(),
      bytes: z.number().int(),
    }),
  ),
  loudnessLufs: z.number().nullable(),
  waveform: z.array(z.number().int().min(0).max(255)),
  captions: z.array(Language).describe('languages in which its words are given, in step with it'),
})

export const ReleaseSummary = z.object({
  id: ReleaseId,
  community: Hex32,
  communityName: z.string(),
  own: z.boolean(),
  title: z.string(),
  artist: z.string(),
  cover: z.string().nullable(),
  trackCount: z.number().int(),
  durationMs: z.number().int(),
  publishedAt: TimeMs,
  plays: z.number().int(),
  bytes: z.number().int(),
  heldBytes: z.number().int().describe('how much of it is on this machine'),
  available: z.boolean().describe('held here, or a holder is connected'),
  price: PriceInfo.nullable().describe('null: free, and its originals are there for everybody'),
})

export const SearchResult = z.object({
  releases: z.array(
    ReleaseSummary.extend({
      tracks: z
        .array(z.object({ index: z.number().int(), title: z.string() }))
        .describe('whose titles match, at most 5'),
    }),
  ),
  communities: z.array(CommunityInfo),
})

export const ShareInfo = z.object({
  party: z.string(),
  shares: z.number().int().describe('hundredths of a percent'),
  earned: FineAmount.describe('of this release so far, paid out or waiting'),
})

export const CreditInfo = z.object({
  name: z.string().trim().min(1).max(80),
  role: z.string().trim().min(1).max(60).describe('one of the usual words, such as vocals, or their own'),
})

export const ReleaseDetail = ReleaseSummary.extend({
  root: z.string().describe('root CID'),
  license: z.string(),
  description: z.string(),
  upc: z.string().nullable(),
  tracks: z.array(TrackInfo),
  credits: z.array(z.array(CreditInfo)).describe('who played what, track by track; empty where nobody said'),
  splits: z.array(ShareInfo),
  tipped: FineAmount,
  asset: AssetInfo,
})

export const ReactionTally = z.object({ emoji: z.string(), count: z.number().int(), mine: z.boolean() })

export const ChatMessage = z.object({
  id: Hex32,
  author: Hex32,
  name: z.string(),
  handle: z.string().optional().describe('that the community granted its author'),
  text: z.string().describe('empty when its author took it back'),
  edited: z.boolean(),
  at: TimeMs,
  room: RoomId,
  community: Hex32,
  n: z.number().int().describe('this stage’s running number of its newest change in the room'),
})

export const RoomChanges = z.object({
  messages: z.array(ChatMessage),
  upTo: z.number().int().describe('no change with a number up to this one is left out'),
  last: z.number().int().describe('the newest number of the room'),
  moderated: z
    .number()
    .int()
    .describe('the number of words of moderation in the community that may change what is shown'),
})

export const CommentInfo = z.object({
  id: Hex32,
  author: Hex32,
  name: z.string(),
  handle: z.string().optional().describe('that the community granted its author'),
  text: z.string().describe('empty when its author took it back'),
  edited: z.boolean(),
  at: TimeMs,
  track: z.number().int().nullable(),
  atMs: z.number().int().nullable(),
})

export const PollInfo = z.object({
  id: Hex32,
  community: Hex32,
  room: RoomId,
  question: z.string(),
  options: z.array(z.object({ text: z.string(), votes: z.number().int() })),
  closesAt: TimeMs,
  open: z.boolean(),
  mine: z.number().int().nullable(),
  voters: z.number().int().nullable().describe('how many are named; null: everybody may vote'),
  mayVote: z.boolean().describe('whether the viewer may: always true when nobody is named'),
})

export const NextSeq = z.object({ next: z.number().int().min(1) })

export const FollowRequest = z.object({
  address: z.string().min(1).max(400).describe('multiaddr with /p2p/, or a peer id'),
})

export const PeerInfo = z.object({
  peerId: z.string(),
  address: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  name: z.string().nullable(),
  software: z.string().nullable(),
  protocols: z.record(z.string(), z.string()).describe('protocol -> agreed version'),
  features: z.array(z.string()),
  clockSkewMs: z.number().int().nullable(),
  refused: z.string().nullable().describe('why no agreement was reached'),
  latencyMs: z.number().nullable(),
})

export const StorageInfo = z.object({
  ownBytes: z.number().int(),
  cachedBytes: z.number().int(),
  cacheCapBytes: z.number().int(),
  diskFreeBytes: z.number().int(),
  diskTotalBytes: z.number().int(),
  events: z.number().int(),
  growthBytesPerDay: z.number().nullable().describe('null until a day of history exists'),
  daysUntilFull: z.number().nullable(),
})

export const PublishRequest = z.object({
  tracks: z
    .array(
      z.object({
        upload: z.string().min(1).max(200).describe('upload id from /api/v1/uploads'),
        title: z.string().max(200).optional(),
        isrc: z.string().max(20).optional(),
        iswc: z.string().max(20).optional(),
        credits: z.array(CreditInfo).max(40).optional().describe('who played what'),
        captions: CaptionsFile.optional().describe('words in step with the music'),
      }),
    )
    .min(1)
    .max(100),
  title: z.string().max(200).optional(),
  artist: z.string().max(200).optional(),
  license: z.string().max(100).optional(),
  description: z.string().max(4000).optional(),
  upc: z.string().max(20).optional(),
  coverUpload: z.string().max(200).optional(),
  splits: z
    .array(
      z.object({
        party: z.string().min(1).max(80),
        shares: z.number().int().min(1).max(10_000),
        account: Hex32.optional().describe('their account here, if they have one: they are asked to sign'),
      }),
    )
    .max(32)
    .optional(),
  price: SetPrice.optional().describe('with a download price, lossless originals are kept back for buyers'),
})

export const JobInfo = z.object({
  id: z.string(),
  kind: z.enum(['publish', 'import']),
  state: z.enum(['running', 'done', 'failed']),
  step: z.string().describe('what is happening, for a person'),
  doneBytes: z.number().int(),
  totalBytes: z.number().int(),
  release: ReleaseId.nullable(),
  notes: z.array(z.string()).describe('plain sentences: what was left out and why'),
  problem: Problem.nullable(),
})

export const ImportResult = z.object({
  releases: z.array(ReleaseId),
  blocks: z.number().int(),
  bytes: z.number().int(),
})

/** What `/api/v1/live` (SSE) sends: event name -> data. */
export const LiveEvents = {
  chat: ChatMessage,
  reaction: z.object({ community: Hex32, target: z.string(), emoji: z.string(), count: z.number().int() }),
  comment: CommentInfo.extend({ release: ReleaseId, community: Hex32 }),
  poll: PollInfo,
  release: ReleaseSummary,
  withdraw: z.object({ id: ReleaseId, community: Hex32 }),
  receipt: ReceiptInfo,
  /** A payment to another community came one rung further. */
  transfer: TransferInfo,
  /** A position, line or freeze changed. */
  value: z.object({ community: Hex32 }),
  log: z.object({ community: Hex32, signedSize: z.number().int(), finalSize: z.number().int() }),
  agreement: z.object({ community: Hex32, release: ReleaseId.nullable(), hash: Hex32 }),
  federation: z.object({ epoch: z.number().int() }),
  community: CommunityInfo,
  /** Something was announced, changed or cancelled. */
  event: EventInfo,
  /** How many look at an event now. */
  audience: AudienceInfo,
  /** To one page alone, first of all: what the stage calls this reader. */
  reader: z.object({ reader: z.string() }),
  /** Something was decided: what is hidden, who may not speak, or how a room is spoken in. */
  moderation: z.object({
    community: Hex32,
    scope: z.enum(['event', 'voice', 'author', 'room', 'desk']),
    target: z.string().describe('event id, key or room; empty: several'),
    hides: z.boolean().describe('whether what it names is to go from view'),
    n: z.number().int().describe('as `moderated` of a room'),
  }),
  /** Somebody bears another handle, or none. */
  handle: z.object({ community: Hex32, key: Hex32, handle: z.string().nullable() }),
  parts: z.object({ seq: z.number().int() }).describe('read /parts again'),
  peers: z.object({ count: z.number().int() }),
  job: JobInfo,
  play: z.object({ release: ReleaseId, plays: z.number().int() }),
} as const

export type LiveEventName = keyof typeof LiveEvents
export type LiveEvent = {
  [K in LiveEventName]: { readonly event: K; readonly data: z.infer<(typeof LiveEvents)[K]> }
}[LiveEventName]

type Of<T extends z.ZodType> = z.infer<T>
export type Problem = Of<typeof Problem>
export type StageInfo = Of<typeof StageInfo>
export type NameStage = Of<typeof NameStage>
export type CommunityInfo = Of<typeof CommunityInfo>
export type TrackInfo = Of<typeof TrackInfo>
export type ReleaseSummary = Of<typeof ReleaseSummary>
export type CreditInfo = Of<typeof CreditInfo>
export type SearchResult = Of<typeof SearchResult>
export type ReleaseDetail = Of<typeof ReleaseDetail>
export type ReactionTally = Of<typeof ReactionTally>
export type ChatMessage = Of<typeof ChatMessage>
export type RoomChanges = Of<typeof RoomChanges>
export type CommentInfo = Of<typeof CommentInfo>
export type PollInfo = Of<typeof PollInfo>
export type PeerInfo = Of<typeof PeerInfo>
export type StorageInfo = Of<typeof StorageInfo>
export type PublishRequest = Of<typeof PublishRequest>
export type JobInfo = Of<typeof JobInfo>
export type ImportResult = Of<typeof ImportResult>
