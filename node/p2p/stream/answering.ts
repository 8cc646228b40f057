import type { Connection, Stream } from '@libp2p/interface'
import type { Clock } from '#src/kernel/ports.ts'
import { communityFromPeerId } from '../host/peer-key.ts'
import type { Frames } from './frames.ts'
import { InboundStreams, type InboundStreamsOptions } from './inbound-streams.ts'
import { Spending, type SpendingLimits } from './spending.ts'
import { StreamError } from './stream-error.ts'

export interface AnsweringOptions extends InboundStreamsOptions {
  readonly clock: Clock
  readonly spending: SpendingLimits
  /** Longest stream, ms, also when a byte trickles in now and then; without it only silence ends one. */
  readonly streamMsMax?: number
  readonly answer: (asked: Asked) => Promise<Answered>
}

/** One request. */
export interface Asked {
  readonly frame: Uint8Array
  /** For a request that goes on in further frames. */
  readonly io: Frames
  /** The community at the other end: its key is its peer id. */
  readonly remote: Uint8Array
  /** The peer asks more often than it is served, and is to be told so. */
  readonly busy: boolean
  readonly signal: AbortSignal | undefined
}

export interface Answered {
  readonly bytes: Uint8Array
  /** What follows a message that could not be read cannot be told from another one: the stream ends with this answer. */
  readonly last: boolean
}

/** A protocol of requests and answers, in turns over one stream, within bounds per peer and in all. */
export class AnsweringStreams {
  readonly #options: AnsweringOptions
  readonly #spending: Spending
  readonly #streams: InboundStreams

  constructor(options: AnsweringOptions) {
    this.#options = options
    this.#spending = new Spending(options.clock, options.spending)
    this.#streams = new InboundStreams(options)
  }

  /** Drops every stream. */
  stop(): void {
    this.#streams.stop()
  }

  /** Serves one stream to its end. Never throws. */
  accept(stream: Stream, connection: Connection): Promise<void> {
    return this.#streams.serve(stream, connection, (io, peer) =>
      this.#serve(io, peer, communityFromPeerId(connection.remotePeer)),
    )
  }

  async #serve(io: Frames, peer: string, remote: Uint8Array): Promise<void> {
    const { streamMsMax, answer } = this.#options
    const signal = streamMsMax === undefined ? undefined : AbortSignal.timeout(streamMsMax)
    for (;;) {
      const frame = await io.read(signal)
      if (frame === null) return
      const spent = this.#spending.spend(peer)
      if (spent === 'flood') throw new StreamError('cancelled', 'the peer asks far more often than it may')
      const { bytes, last } = await answer({ frame, io, remote, busy: spent === 'busy', signal })
      await io.write(bytes, signal)
      if (last) return
    }
  }
}
