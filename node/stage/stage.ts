import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { CaptionsApi } from '#node/ports/captions-api.ts'
import type { DeskApi } from '#node/ports/desk-api.ts'
import type { EventStore } from '#node/ports/event-store.ts'
import type { Accepted, Intake } from '#node/ports/intake.ts'
import type { MediaTools } from '#node/ports/media.ts'
import type { ModerationApi } from '#node/ports/moderation.ts'
import type { Network } from '#node/ports/network.ts'
import type { NoticesApi } from '#node/ports/notices.ts'
import type { OffersApi } from '#node/ports/offers-api.ts'
import type { PasskeysApi } from '#node/ports/passkeys.ts'
import type { PeopleApi } from '#node/ports/people.ts'
import type { Archive, Publishing } from '#node/ports/publishing.ts'
import type { PushApi } from '#node/ports/push.ts'
import type { JoiningApi, SettingsApi } from '#node/ports/settings.ts'
import type { SignOffsApi } from '#node/ports/sign-offs.ts'
import type { StageApi } from '#node/ports/stage-api.ts'
import type { StatementsApi } from '#node/ports/statements-api.ts'
import type { TransfersApi } from '#node/ports/transfers-api.ts'
import type { Sealed } from '#node/ports/unlocks.ts'
import type { Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { isKnownType } from '#src/engagement/events.ts'
import type { Clock, Hasher, Signer } from '#src/kernel/ports.ts'
import { createActs } from './acts.ts'
import { type Author, unwrap } from './author.ts'
import type { Catalog } from './catalog.ts'
import type { Federation } from './federation.ts'
import { happeningCalls, withVoters } from './happenings.ts'
import { base64, hex, key32, optionalKey32 } from './keys.ts'
import { type LedgerCallsInit, ledgerCalls } from './ledger-calls.ts'
import type { LiveHub } from './live-hub.ts'
import { createSearchCall } from './search.ts'

/** A page of signed reactions: some 40 kB. */
const SIGNED_REACTIONS_MAX = 100

export interface StageInit extends LedgerCallsInit {
  readonly version: string
  readonly public: boolean
  readonly asset: api.AssetInfo
  /** How often a page signs for what was played. */
  readonly streamIntervalMs: number
  readonly capabilities: MediaTools['capabilities']
  readonly clock: Clock
  readonly hasher: Hasher
  readonly store: EventStore
  readonly views: Views
  readonly intake: Intake
  readonly author: Author
  readonly catalog: Catalog
  readonly statements: StatementsApi
  readonly signer: Signer
  readonly federation: Federation
  readonly network: Network
  readonly publishing: Publishing
  readonly archive: Archive
  /** Releases the root of a withdrawn release for collection. */
  readonly removeMedia: (root: CID) => Promise<void>
  readonly storage: () => Promise<api.StorageInfo>
  readonly offers: OffersApi
  readonly signOffCalls: SignOffsApi
  readonly captions: CaptionsApi
  readonly moderation: ModerationApi
  readonly people: PeopleApi
  readonly passkeysApi: PasskeysApi
  readonly notices: NoticesApi
  readonly push: PushApi
  readonly transfers: TransfersApi
  readonly desk: DeskApi
  readonly settings: SettingsApi
  readonly joining: JoiningApi
  readonly sealed: Pick<Sealed, 'remove'>
  readonly live: LiveHub
}

/** What the operator may say with the community's own key through the API; releases and credits have calls of their own. */
const SPOKEN_TYPES =
  /^engagement\/(?:chat|poll|ballot|event|moderation|reaction|comment|vote|role|decision|answer|room)$/

/** Everything that a stage offers to its front ends, in one place. */
export function createStageApi(init: StageInit): StageApi {
  return {
    ...describeStage(init),
    ...catalogCalls(init),
    ...engagementCalls(init),
    ...happeningCalls(init),
    ...ledgerCalls(init),
    statements: init.statements,
    offers: init.offers,
    signOffs: init.signOffCalls,
    captions: init.captions,
    moderation: init.moderation,
    people: init.people,
    passkeys: init.passkeysApi,
    notices: init.notices,
    push: init.push,
    transfers: init.transfers,
    desk: init.desk,
    settings: init.settings,
    joining: init.joining,
    acts: createActs({
      signer: init.signer,
      submit: async (type, body) => asResult(await init.author.order(type, body)),
    }),
    ...peopleCalls(init),
  }
}

export const asResult = ({ id, status, receipt, ack }: Accepted): api.SubmitResult => ({
  id: hex(id),
  status,
  receipt,
  ack: ack === null ? null : base64(ack),
})

/** Fields of bodies that are bytes. */
const BYTES: Readonly<Record<string, string>> = {
  'engagement/moderation': 'target',
  'engagement/decision': 'target',
  'engagement/role': 'key',
  'engagement/answer': 'appeal',
  'engagement/vote': 'poll',
}

/** JSON has no bytes: the ids inside a body arrive as hex. */
function withBytes(type: string, body: unknown): unknown {
  if (type === 'engagement/ballot') return withVoters(body)
  const field = BYTES[type]
  if (field === undefined || typeof body !== 'object' || body === null) return body
  return { ...body, [field]: key32(String((body as Record<string, unknown>)[field]), `"${field}"`) }
}

type Calls<K extends keyof StageApi> = Pick<StageApi, K>

function describeStage({
  own,
  views,
  network,
  author,
  ...init
}: StageInit): Calls<'stage' | 'nameStage' | 'storage' | 'onLive'> {
  return {
    stage({ operator }) {
      const profile = views.community(own)
      const { step, ...shown } = init.settings.shown()
      return {
        name: profile?.name ?? null,
        about: profile?.about ?? '',
        community: hex(own),
        peerId: network.peerId,
        version: init.version,
        addresses: network.addresses(),
        public: init.public,
        operator,
        asset: init.asset,
        streamIntervalMs: init.streamIntervalMs,
        ...shown,
        settingUp: operator ? step : null,
        media: init.capabilities,
      }
    },
    async nameStage({ name, about }) {
      await author.submit('catalog/community', { name, about })
    },
    storage: init.storage,
    onLive: listener => init.live.on(listener),
  }
}

function catalogCalls({
  catalog,
  publishing,
  archive,
  author,
  ...init
}: StageInit): Calls<
  | 'communities'
  | 'releases'
  | 'release'
  | 'search'
  | 'publish'
  | 'unpublish'
  | 'jobs'
  | 'job'
  | 'exportCar'
  | 'importCar'
> {
  const ownRelease = (id: string) => {
    const row = catalog.find(id)
    if (!catalog.isOwn(row.community)) {
      throw new StageError(
        'not-for-you',
        'That release belongs to another community. Unfollow it to stop showing it here.',
      )
    }
    return row
  }
  return {
    communities: () => catalog.communities(),
    releases: ({ community }) => catalog.releases(community),
    release: id => catalog.release(id),
    search: createSearchCall(init.views, catalog),
    publish(request) {
      const splits = request.splits?.map(({ account, ...share }) => {
        if (account !== undefined) init.agreements.know(share.party, account)
        return share
      })
      return publishing.publish(splits === undefined ? request : { ...request, splits })
    },
    async unpublish(id, reason) {
      const { root } = ownRelease(id).manifest
      await author.submit('catalog/withdraw', { id, reason })
      await init.sealed.remove(id)
      await init.removeMedia(root)
    },
    jobs: () => publishing.jobs(),
    job: id => publishing.job(id),
    exportCar: id => archive.exportCar(id === undefined ? catalog.ownReleases() : [ownRelease(id).manifest.id]),
    importCar: car => archive.importCar(car),
  }
}

function engagementCalls({
  views,
  intake,
  author,
  catalog,
  store,
  clock,
}: StageInit): Calls<
  | 'reactions'
  | 'signedReactions'
  | 'comments'
  | 'messages'
  | 'roomChanges'
  | 'polls'
  | 'submit'
  | 'submitVoucher'
  | 'submitAsCommunity'
  | 'nextSeq'
> {
  return {
    reactions: (release, viewer) => views.reactions(release, optionalKey32(viewer, 'A viewer')),
    signedReactions(release, emoji, after) {
      const found = views.signedReactions(release, emoji, optionalKey32(after, 'A key'), SIGNED_REACTIONS_MAX)
      const last = found.length < SIGNED_REACTIONS_MAX ? undefined : found.at(-1)
      return { reactions: found.map(({ bytes }) => base64(bytes)), next: last === undefined ? null : hex(last.author) }
    },
    comments: release => views.comments(release),
    messages: (community, room, { before, beforeId, limit }) =>
      views.messages(key32(community, 'A community'), room, {
        before: before ?? Number.MAX_SAFE_INTEGER,
        beforeId: optionalKey32(beforeId, 'A message') ?? undefined,
        limit,
      }),
    roomChanges(community, room, { after, limit }) {
      const place = key32(community, 'A community')
      const numbers = views.roomNumbers(place, room)
      if (after !== undefined) return { ...views.roomChanges(place, room, after, limit), ...numbers }
      const messages = views.messages(place, room, { before: Number.MAX_SAFE_INTEGER, limit })
      return { messages, upTo: numbers.last, ...numbers }
    },
    polls({ community, viewer }) {
      const asked = community === undefined ? catalog.communities().map(info => info.community) : [community]
      const voter = optionalKey32(viewer, 'A viewer')
      return asked
        .map(key => key32(key, 'A community'))
        .filter(catalog.isHeld)
        .flatMap(key => views.polls({ community: key, viewer: voter, nowMs: clock.nowMs() }))
    },
    submit: async (envelope, work) => asResult(unwrap(await intake.submit(envelope, { kind: 'local', work }))),
    submitVoucher: async voucher => asResult(unwrap(await intake.voucher(voucher))),
    async submitAsCommunity(type, body) {
      if (!SPOKEN_TYPES.test(type) || !isKnownType(type)) {
        throw new StageError('bad-request', `The community does not say "${type}" this way.`, { path: 'type' })
      }
      return asResult(await author.submit(type, withBytes(type, body)))
    },
    nextSeq: (key, community) => store.nextSeq(key32(community, 'A community'), key32(key, 'An author')),
  }
}

function peopleCalls({ network, federation, catalog }: StageInit): Calls<'peers' | 'follow' | 'unfollow'> {
  return {
    async peers() {
      return network.peers().map(peer => ({ ...peer, protocols: { ...peer.protocols }, features: [...peer.features] }))
    },
    follow: async address => catalog.community(await federation.follow(address)),
    async unfollow(community) {
      federation.unfollow(key32(community, 'A community'))
    },
  }
}
