import type { Connection, Stream } from '@libp2p/interface'
import { type Frames, type FramesOptions, frames } from './frames.ts'
import { StreamError } from './stream-error.ts'

export interface InboundStreamsOptions {
  readonly frames: FramesOptions
  readonly perPeerMax: number
  readonly max: number
  /** Whether this peer (its id as text) is served at all. */
  readonly allow: (peer: string) => boolean
}

/** The open streams of one protocol that others opened, within bounds per peer and in all. */
export class InboundStreams {
  readonly #options: InboundStreamsOptions
  readonly #peers = new Map<string, Set<Stream>>()
  #open = 0

  constructor(options: InboundStreamsOptions) {
    this.#options = options
  }

  /** Drops every stream. */
  stop(): void {
    for (const streams of this.#peers.values())
      for (const stream of streams) stream.abort(new StreamError('cancelled', 'the stage is stopping'))
  }

  /** Runs `talk` over one stream to its end: closed in good order when it returns, dropped when it throws. Never throws. */
  async serve(
    stream: Stream,
    connection: Connection,
    talk: (io: Frames, peer: string) => Promise<void>,
  ): Promise<void> {
    const { allow, perPeerMax, max } = this.#options
    const peer = connection.remotePeer.toString()
    const streams = this.#peers.get(peer) ?? new Set()
    // libp2p's own cap counts the streams of one connection, and a peer may open several connections.
    if (!allow(peer) || streams.size >= perPeerMax || this.#open >= max) {
      stream.abort(new StreamError('cancelled', 'this peer is not served, or has too many streams'))
      return
    }
    this.#peers.set(peer, streams)
    streams.add(stream)
    this.#open++
    const io = frames(stream, this.#options.frames)
    try {
      await talk(io, peer)
      await io.close()
    } catch (cause) {
      // The other side asks again when it wants to; nothing that was acknowledged is lost.
      io.abort(cause instanceof Error ? cause : undefined)
    } finally {
      this.#open--
      streams.delete(stream)
      if (streams.size === 0) this.#peers.delete(peer)
    }
  }
}
