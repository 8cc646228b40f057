import type { Readable } from 'node:stream'
import { StageError } from '#node/errors.ts'
import type { ActsApi } from '#node/ports/acts-api.ts'
import type { CaptionsApi } from '#node/ports/captions-api.ts'
import type { ModerationApi } from '#node/ports/moderation.ts'
import type { NoticesApi } from '#node/ports/notices.ts'
import type { OffersApi } from '#node/ports/offers-api.ts'
import type { PasskeysApi } from '#node/ports/passkeys.ts'
import type { PeopleApi } from '#node/ports/people.ts'
import type { PushApi } from '#node/ports/push.ts'
import type { SignOffsApi } from '#node/ports/sign-offs.ts'
import type { StageApi } from '#node/ports/stage-api.ts'
import type { StatementsApi } from '#node/ports/statements-api.ts'
import type { TransfersApi } from '#node/ports/transfers-api.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { memoryDesk } from './memory-desk.ts'
import { memoryPasskeys } from './memory-passkeys.ts'
import { memoryJoining, memorySettings } from './memory-settings.ts'

export const OWN = 'a1'.repeat(32)
export const RELEASE = 'b2'.repeat(16)
export const PERSON = 'c3'.repeat(32)
const asset: api.AssetInfo = { code: 'TEST', scale: 9, issuer: OWN }

const summary: api.ReleaseSummary = {
  id: RELEASE,
  community: OWN,
  communityName: 'Park',
  own: true,
  title: 'First',
  artist: 'Band',
  cover: null,
  trackCount: 0,
  durationMs: 0,
  publishedAt: 1,
  plays: 0,
  bytes: 0,
  heldBytes: 0,
  available: true,
  price: null,
}

const receipt: api.ReceiptInfo = {
  community: OWN,
  communityName: 'Park',
  index: 0,
  kind: 'issue',
  release: null,
  releaseTitle: null,
  amount: '5',
  asset,
  at: 1,
  agreement: null,
  payer: null,
  credited: PERSON,
  lines: [],
  leafHash: OWN,
  own: true,
  verified: true,
  finality: 'final',
}

const committee: api.CommitteeInfo = { epoch: 0, total: 1, quorum: 1, signed: 0, seats: [] }

const log: api.LogInfo = {
  community: OWN,
  origin: 'park',
  size: 1,
  signedSize: 1,
  finalSize: 1,
  root: OWN,
  checkpoint: '',
  certified: '',
  state: 'running',
  reason: null,
  committee,
}

const agreement: api.AgreementInfo = {
  hash: OWN,
  community: OWN,
  release: RELEASE,
  releaseTitle: 'First',
  inForce: true,
  active: false,
  parties: [
    { party: 'ana', name: 'Ana', account: null, shares: 10_000, standing: 'unsigned', waiting: '0', signedOff: null },
  ],
  terms: '',
  asset,
}

const job: api.JobInfo = {
  id: 'job-1',
  kind: 'publish',
  state: 'running',
  step: 'Reading',
  doneBytes: 0,
  totalBytes: 1,
  release: null,
  notes: [],
  problem: null,
}

const NOTHING_FOUND: api.SearchResult = { releases: [], communities: [] }

/** A stage that keeps one release, one job and one receipt in memory: enough to speak to every HTTP route. */
export class MemoryStage implements StageApi {
  readonly listeners = new Set<(event: api.LiveEvent) => void>()
  readonly submitted: Uint8Array[] = []
  readonly published: api.PublishRequest[] = []
  imported = 0
  name: string | null = null
  about = ''
  /** Thrown by the next call of `submit`. */
  failure: unknown

  emit(event: api.LiveEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  stage({ operator }: { operator: boolean }): api.StageInfo {
    const media = { renditions: false, note: 'none' }
    const { name, about } = this
    const { place, timeZone, language, joining, step } = this.settings.shown()
    const told = { place, timeZone, language, joining, settingUp: operator ? step : null }
    const identity = { community: OWN, peerId: 'peer', version: '0.1.0', addresses: [], public: false }
    return { ...identity, ...told, name, about, operator, asset, media, streamIntervalMs: 30_000 }
  }
  async nameStage(profile: api.NameStage): Promise<void> {
    this.name = profile.name
    this.about = profile.about
  }
  communities(): api.CommunityInfo[] {
    const name = this.name ?? 'Park'
    const known = { own: true, online: true, lastSyncAt: null, membership: null }
    return [{ community: OWN, peerId: 'peer', name, about: '', ...known }]
  }
  async releases(): Promise<api.ReleaseSummary[]> {
    return [summary]
  }
  async release(id: string): Promise<api.ReleaseDetail> {
    if (id !== RELEASE) throw new StageError('not-found', 'There is no such release here.')
    const detail = {
      root: 'bafy',
      license: '',
      description: '',
      upc: null,
      tracks: [],
      credits: [],
      splits: [],
      tipped: '0',
      asset,
    }
    return { ...summary, ...detail }
  }
  async search(query: string): Promise<api.SearchResult> {
    return query === summary.title ? { releases: [{ ...summary, tracks: [] }], communities: [] } : NOTHING_FOUND
  }
  publish(request: api.PublishRequest): api.JobInfo {
    this.published.push(request)
    return job
  }
  async unpublish(id: string): Promise<void> {
    await this.release(id)
  }
  reactions(): api.ReactionTally[] {
    return [{ emoji: '🎷', count: 2, mine: false }]
  }
  signedReactions() {
    return { reactions: ['c2lnbmVk'], next: null }
  }
  comments(): api.CommentInfo[] {
    return []
  }
  jobs(): api.JobInfo[] {
    return [job]
  }
  job(id: string): api.JobInfo {
    if (id !== job.id) throw new StageError('not-found', 'There is no such job.')
    return job
  }
  messages(): api.ChatMessage[] {
    return []
  }
  roomChanges(): api.RoomChanges {
    return { messages: [], upTo: 0, last: 0, moderated: 0 }
  }
  polls(): api.PollInfo[] {
    return []
  }
  ballotVotes(): never {
    throw new StageError('not-found', 'There is no such poll.')
  }
  voteProof(): never {
    throw new StageError('not-found', 'There is no such poll.')
  }
  happenings(): api.EventInfo[] {
    return []
  }
  happening(): never {
    throw new StageError('not-found', 'There is no such event.')
  }
  async submit(envelope: Uint8Array): Promise<api.SubmitResult> {
    if (this.failure !== undefined) throw this.failure
    this.submitted.push(envelope)
    return { id: OWN, status: 'accepted', receipt: null, ack: null }
  }
  async submitVoucher(voucher: Uint8Array): Promise<api.SubmitResult> {
    return this.submit(voucher)
  }
  async submitAsCommunity(): Promise<api.SubmitResult> {
    return { id: OWN, status: 'accepted', receipt: null, ack: null }
  }
  nextSeq(): number {
    return 1
  }
  wallet(account: string): api.Wallet {
    return { account, balance: '0', fine: '0', seq: 0, asset }
  }
  async issueCredit(): Promise<api.ReceiptInfo> {
    return receipt
  }
  receipts(): api.ReceiptInfo[] {
    return [receipt]
  }
  receipt(): api.ReceiptProof {
    return { ...receipt, entry: '', checkpoint: '', proof: [], committee }
  }
  log(): api.LogInfo {
    return log
  }
  async closePeriod(): Promise<api.ReceiptInfo> {
    return { ...receipt, kind: 'period-close' }
  }
  async succeedLog(): Promise<api.LogInfo> {
    return log
  }
  agreements(): api.AgreementInfo[] {
    return [agreement]
  }
  agreement(hash: string): api.AgreementInfo {
    if (hash !== agreement.hash) throw new StageError('not-found', 'No log here knows that agreement.')
    return agreement
  }
  async proposeAgreement(): Promise<api.AgreementInfo> {
    return agreement
  }
  async settleParty(hash: string): Promise<api.AgreementInfo> {
    return this.agreement(hash)
  }
  readonly signOffs: SignOffsApi = {
    link: (_hash, party) => ({ party, code: '00'.repeat(16), until: 1 }),
    sign: async hash => this.agreement(hash),
  }
  federation(): api.FederationInfo {
    return { epoch: 0, charter: null, members: [], log, audits: [], evidence: 0 }
  }
  async adoptCharter(): Promise<api.FederationInfo> {
    throw new StageError('bad-signature', 'Too few founders signed this charter.')
  }
  evidence(): api.EvidenceInfo[] {
    return []
  }
  receiptText(): string | null {
    return 'Cash at the door'
  }
  eraseReceiptText(): void {}
  readonly statements: StatementsApi = {
    statement: async ({ period }) => ({ name: `${period}.csv`, mediaType: 'text/csv', bytes: Uint8Array.of(65) }),
    whatIf: ({ agreement: named, gross }) => ({
      agreement: this.agreement(named).hash,
      title: 'A song',
      gross,
      asset,
      steps: [],
      lines: [],
      notes: [],
    }),
    explain: () => {
      throw new StageError('not-found', 'There is no such entry in that log here.')
    },
    logProof: () => {
      throw new StageError('not-found', 'There is no such entry in that log here.')
    },
  }
  readonly transfers: TransfersApi = {
    quotes: async () => [],
    transfers: () => [],
    transfer: () => {
      throw new StageError('not-found', 'There is no such payment in the log here.')
    },
    peers: async () => [],
  }
  readonly captions: CaptionsApi = {
    captions: (_release, _track, language) => ({ language, cues: [{ at: 0, until: 1_000, text: 'La' }] }),
    setCaptions: async () => {},
  }
  readonly offers: OffersApi = {
    setPrice: async () => null,
    setMembership: async () => null,
    listen: async () => ({ amount: '0', receipt: null }),
    owned: () => [],
    originals: release => ({ release, files: [] }),
    original: () => {
      throw new StageError('not-found', 'There is no such file.')
    },
  }
  readonly desk = memoryDesk()
  readonly settings = memorySettings()
  readonly joining = memoryJoining()
  readonly moderation: ModerationApi = {
    overview: () => ({ moderators: [], speakers: [], reports: [], decisions: [], appeals: [], lists: [] }),
    standing: () => ({ role: 'none', decisions: [], lists: [] }),
    room: () => ({ slowMs: 0, closed: false }),
    queue: () => ({ reports: [], decisions: [] }),
    previewBlockList: community => ({ community, name: 'River', on: false, bans: 0, here: [], recent: [] }),
    blockList: async () => ({ community: OWN, at: 1, bans: [], signed: '' }),
    setBlockList: () => this.moderation.overview(),
  }
  readonly push: PushApi = { publicKey: 'BA', subscribe: () => {}, unsubscribe: () => {} }
  readonly notices: NoticesApi = { of: () => ({ notices: [], names: [], follows: [], nextAt: null }) }
  readonly people: PeopleApi = {
    person: (_community, key) => ({ key, handle: null, asked: null }),
    bearer: () => {
      throw new StageError('not-found', 'Nobody bears that handle there.')
    },
  }
  readonly passkeys: PasskeysApi = memoryPasskeys
  readonly acts: ActsApi = {
    signAgreement: async hash => ({ id: this.agreement(hash).hash, status: 'accepted', receipt: 1, ack: null }),
    disputeAgreement: async hash => ({ id: this.agreement(hash).hash, status: 'accepted', receipt: 1, ack: null }),
    signCharter: async charter => charter,
  }
  async peers(): Promise<api.PeerInfo[]> {
    return []
  }
  async follow(address: string): Promise<api.CommunityInfo> {
    throw new StageError('peer-unreachable', `Nobody answers at ${address}.`)
  }
  async unfollow(): Promise<void> {}
  async storage(): Promise<api.StorageInfo> {
    const disk = { diskFreeBytes: 1, diskTotalBytes: 1, growthBytesPerDay: null, daysUntilFull: null }
    return { ownBytes: 0, cachedBytes: 0, cacheCapBytes: 0, events: 0, ...disk }
  }
  async *exportCar(release: string | undefined): AsyncGenerator<Uint8Array> {
    if (release !== undefined) await this.release(release)
    yield Uint8Array.of(1, 2, 3)
  }
  async importCar(car: Readable): Promise<api.ImportResult> {
    for await (const chunk of car) this.imported += (chunk as Buffer).length
    return { releases: [RELEASE], blocks: 1, bytes: this.imported }
  }
  onLive(listener: (event: api.LiveEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
