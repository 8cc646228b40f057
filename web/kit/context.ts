import type { PartsInfo } from '#protocols/api/v1/parts.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import type { Layout, LayoutChoice } from '#src/personal/layout.ts'
import type { Ranked } from '#src/personal/rank.ts'
import type { Answers } from '#src/personal/survey.ts'
import type { Store } from './store.ts'

/** A refusal by the stage, or its silence, with a sentence for a person. `code` is stable. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  /** Work asked for, with `work-needed`. */
  readonly bits: number
  constructor(code: string, message: string, status: number, bits = 0) {
    super(message)
    this.code = code
    this.status = status
    this.bits = bits
  }
}

/** The stage's HTTP API. Paths are relative to `/api/v1`. Throws `ApiError`. */
export interface Api {
  get<T>(path: string, signal?: AbortSignal): Promise<T>
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>
  /** A file as it is; a CAR archive unless `as` says otherwise. */
  upload<T>(path: string, body: Blob, as?: { readonly method: 'POST' | 'PUT'; readonly type: string }): Promise<T>
}

export type LiveData<K extends api.LiveEventName> = Extract<api.LiveEvent, { event: K }>['data']

/** Server-sent events. `resync` fires after a gap: whoever keeps a list reads it again. */
export interface Live {
  readonly online: Store<boolean>
  /** What the stage calls this page while it listens; null before it does. */
  readonly reader: Store<string | null>
  on<K extends api.LiveEventName>(event: K, listener: (data: LiveData<K>) => void): () => void
  onResync(listener: () => void): () => void
}

export interface FanIdentity {
  /** Ed25519 public key, hex. */
  readonly key: string
  readonly name: string
}

/** The community's signed promise that an order is an entry of its log. */
export interface KeptPromise {
  readonly community: string
  readonly index: number
  /** `protocols/ledger/v1/ack`, base64. */
  readonly ack: string
  /** What was ordered, in a few words. */
  readonly about: string
  readonly at: number
}

/** What became of something said. */
export type Said = Omit<api.SubmitResult, 'status'> & { readonly status: api.SubmitResult['status'] | 'waiting' }

/** Something said that the stage has not confirmed. */
export interface Waiting {
  readonly n: number
  readonly community: string
  readonly type: string
  readonly body: unknown
  /** When it was said, ms. */
  readonly at: number
  /** Id of the event, hex; null until it is signed. */
  readonly id: string | null
  /** Why the stage refused it, in a sentence; null while it waits. */
  readonly refused: string | null
}

/** The person at this page. The key never leaves the browser. */
export interface Fan {
  readonly identity: Store<FanIdentity | null>
  /** Makes the key on the first call. */
  ready(): Promise<FanIdentity>
  rename(name: string): void
  /**
   * Signs one event and hands it to the stage, one at a time per community. What people say waits when the stage cannot be reached
   * (status `waiting`, no id yet) and is sent later, exactly once; whatever else is refused then.
   */
  send(community: string, type: string, body: unknown): Promise<Said>
  /** What was said and waits to be sent, in order. */
  readonly waiting: Store<readonly Waiting[]>
  /** Sends what waits. */
  flush(): Promise<void>
  /** One that was refused is tried once more. */
  again(n: number): Promise<void>
  /** Lets go of one that waits or was refused. */
  drop(n: number): Promise<void>
  /** Signs one order to a community's ledger and keeps the promise that answers it. */
  order(community: string, type: string, body: unknown, about: string): Promise<api.SubmitResult>
  /** Signs without handing in: one envelope, base64. Without `seq`, with a sequence higher than all before. */
  sign(
    community: string,
    type: string,
    body: unknown,
    seq?: number,
  ): Promise<{ readonly envelope: string; readonly seq: number }>
  /** Newest first. */
  readonly promises: Store<readonly KeptPromise[]>
}

export interface QueueTrack {
  readonly release: string
  readonly community: string
  readonly releaseTitle: string
  readonly cover: string | null
  /** Position within the release, from 0. */
  readonly index: number
  readonly info: api.TrackInfo
  /** Of the release as a whole: a track may name another. */
  readonly releaseArtist: string
  /** Null: free. */
  readonly price: api.PriceInfo | null
}

/** What listening costs now, as the pay strip shows it. Amounts are minor units. */
export interface Paying {
  /** ask: a limit is to be set before it plays. member: a membership covers it. stopped: at the limit, or refused. */
  readonly phase: 'ask' | 'paying' | 'member' | 'stopped'
  readonly track: QueueTrack
  readonly asset: api.AssetInfo
  /** For 30 seconds. */
  readonly price: bigint
  readonly spent: bigint
  readonly cap: bigint
  /** What the listener holds; null before that is known. */
  readonly balance: bigint | null
  /** What happened, or why it does not go on. */
  readonly sentence: string | null
}

export type PlayerStatus = 'idle' | 'loading' | 'playing' | 'paused' | 'waiting' | 'failed'

export interface PlayerState {
  readonly queue: readonly QueueTrack[]
  readonly at: number
  readonly status: PlayerStatus
  /** Why it waits or failed, in a sentence. */
  readonly sentence: string | null
  /** Bits per second of the rendition being played; null for a plain file. */
  readonly bitsPerSecond: number | null
}

export interface PlayerClock {
  readonly positionMs: number
  readonly durationMs: number
  readonly buffered: readonly (readonly [fromMs: number, toMs: number])[]
}

export interface Player {
  readonly state: Store<PlayerState>
  readonly clock: Store<PlayerClock>
  readonly saver: Store<boolean>
  readonly volume: Store<number>
  /** Null while nothing that plays costs anything. */
  readonly paying: Store<Paying | null>
  /** The listener's answer: at most so many minor units until they are asked again; null: not now. */
  allow(cap: bigint | null): void
  play(queue: readonly QueueTrack[], at: number, fromMs?: number): void
  toggle(): void
  /** Something that can be played is shown, this track perhaps: gets ready, so that it starts at once. */
  warm(track?: QueueTrack): void
  seek(ms: number): void
  next(): void
  previous(): void
  /** Behind what plays, or at the end; when nothing plays, they do. */
  enqueue(tracks: readonly QueueTrack[], where: 'next' | 'last'): void
  /** Out of the queue; what plays stays. */
  remove(index: number): void
}

/** What this device learned of the listener's taste. It stays on the device. */
export interface Personal {
  readonly on: Store<boolean>
  /** The releases in the listener's own order; empty while it is off or too little is known. Each call may try other ones. */
  forYou(releases: readonly api.ReleaseSummary[]): Ranked<api.ReleaseSummary>[]
  liked(release: string): void
  /** Forgets everything learned. */
  reset(): void
  /** How the page is laid out for this listener, and why. */
  readonly layout: Store<Layout>
  readonly choice: Store<LayoutChoice>
  /** A play was begun from a list: from its first screen, or from further down. */
  picked(far: boolean): void
  /** A release with a picture was watched, or only heard. */
  pictured(watched: boolean): void
  readonly survey: Survey
}

/** Answers drawn by chance, for the community's counts. Nothing leaves the device unless it is switched on. */
export interface Survey {
  readonly on: Store<boolean>
  /** The true answers, which stay here, and what goes out next; null while the device knows too little. */
  readonly told: Store<{ readonly truth: Answers; readonly next: Answers; readonly dueAt: number } | null>
  /** Sends what is due. Throws `ApiError`. */
  report(): Promise<void>
}

/** All that a part is given. A part answers with events (`Part.navigate`, `Part.toast`). */
export interface PartContext {
  readonly api: Api
  readonly live: Live
  readonly fan: Fan
  readonly player: Player
  /** Null until it is loaded, which waits for the page to be quiet. */
  readonly personal: Store<Personal | null>
  readonly stage: Store<api.StageInfo | null>
  readonly communities: Store<readonly api.CommunityInfo[]>
  /** Which parts the page is made of; null until it is loaded. */
  readonly parts: Store<PartsInfo | null>
  /** Reads stage, communities and parts again. */
  refresh(): Promise<void>
}
