import type { Connection, Stream } from '@libp2p/interface'
import { InboundStreams } from '#node/p2p/stream/inbound-streams.ts'
import type { Answer, Request, SyncErrorCode } from '#protocols/sync/v1/codec.ts'
import { MESSAGE_BYTES_MAX } from '#protocols/sync/v1/constants.ts'
import type { EventSet } from '#src/engagement/reconcile/event-set.ts'
import { Responder } from '#src/engagement/reconcile/responder.ts'
import type { Allowance } from './allowance.ts'
import type { Keeper } from './keep.ts'
import { IDLE_MS, SESSIONS_MAX, STREAMS_PER_PEER_MAX } from './limits.ts'
import { type LogSource, logBatch } from './log-fetch.ts'
import { Registry } from './registry.ts'
import { Channel } from './session.ts'

export interface ServerModules {
  readonly ownPeer: string
  /** A log that this stage holds, the own one or a copy, or `null`. */
  readonly logOf: (community: Uint8Array) => LogSource | null
  readonly registry: Registry
  readonly allowance: Allowance
  /** The events of a community that this stage holds, or `null`. */
  readonly lookup: (community: Uint8Array) => EventSet | null
  readonly keeper: (peer: string) => Keeper
  /** Whether this peer is served at all. */
  readonly allow: (peer: string) => boolean
  /** Longest session, ms. */
  readonly sessionMs: number
}

const refusal = (code: SyncErrorCode, message: string): Answer => ({ t: 'error', code, message })
const BUSY = refusal('busy', 'Try again in a while.')

/** Answers `/bandstand/sync/1.0.0` (protocols/sync/v1/spec.md) within fixed bounds, whoever asks. */
export class SyncServer {
  readonly #modules: ServerModules
  readonly #streams: InboundStreams

  constructor(modules: ServerModules) {
    this.#modules = modules
    this.#streams = new InboundStreams({
      frames: { frameBytesMax: MESSAGE_BYTES_MAX, idleMs: IDLE_MS },
      perPeerMax: STREAMS_PER_PEER_MAX,
      max: SESSIONS_MAX,
      allow: modules.allow,
    })
  }

  /** Drops every stream. */
  stop(): void {
    this.#streams.stop()
  }

  /** Serves one stream to its end. Never throws. */
  accept(stream: Stream, connection: Connection): Promise<void> {
    return this.#streams.serve(stream, connection, (io, peer) =>
      this.#serve(new Channel(io, AbortSignal.timeout(this.#modules.sessionMs)), peer),
    )
  }

  async #serve(channel: Channel, peer: string): Promise<void> {
    const session = new Session(this.#modules, peer)
    try {
      for (;;) {
        const request = await channel.readRequest()
        if (request === null) return
        const answer =
          request === 'bad-message'
            ? refusal('bad-message', 'That message cannot be read.')
            : await session.answer(request)
        await channel.write(answer)
        if (answer.t === 'error') return
      }
    } finally {
      session.end(channel)
    }
  }
}

/** One accepted stream: a session about one community, or a log fetch. */
class Session {
  readonly #modules: ServerModules
  readonly #peer: string
  readonly #keeper: Keeper
  readonly #responder: Responder
  #leave: ReturnType<Registry['enter']> | null = null
  #readsLog = false
  #sent = 0

  constructor(modules: ServerModules, peer: string) {
    this.#modules = modules
    this.#peer = peer
    this.#keeper = modules.keeper(peer)
    this.#responder = new Responder(modules.lookup)
  }

  async answer(request: Request): Promise<Answer> {
    if (request.t === 'log') return this.#log(request.community, request.from)
    if (request.t === 'open' && !this.#mayOpen(request.community)) return BUSY
    const step = this.#responder.receive(request)
    if (step.store === null) {
      if (step.send?.t === 'events') this.#sent += step.send.events.length
      return step.send as Answer
    }
    return this.#responder.stored(await this.#keeper.keep(step.store)).send as Answer
  }

  end({ rounds, bytes }: Channel): void {
    this.#leave?.({ received: this.#keeper.added, sent: this.#sent, rounds, bytes })
  }

  #mayOpen(community: Uint8Array): boolean {
    const { registry, allowance, ownPeer } = this.#modules
    if (this.#leave !== null || !allowance.take(this.#peer)) return this.#leave !== null
    const key = Registry.key(this.#peer, community)
    // Both sides asked at once: the one whose id is lower leads.
    const weLead = registry.isOutbound(key) && ownPeer < this.#peer
    if (weLead || registry.inbound(key) !== undefined) return false
    this.#leave = registry.enter(key)
    return true
  }

  #log(community: Uint8Array, from: number): Answer {
    const { logOf, allowance } = this.#modules
    if (!this.#readsLog && !allowance.take(this.#peer)) return BUSY
    this.#readsLog = true
    const log = logOf(community)
    return log === null ? refusal('no-log', 'This stage does not keep the log of that community.') : logBatch(log, from)
  }
}
