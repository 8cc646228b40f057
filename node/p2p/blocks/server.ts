import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'
import { frames } from '#node/p2p/stream/frames.ts'
import { StreamError } from '#node/p2p/stream/stream-error.ts'
import { decodeRequest, encodeResponseHeader } from '#protocols/blocks/v1/codec.ts'
import {
  BLOCK_BYTES_MAX,
  BLOCKS_PROTOCOL,
  REQUEST_BYTES_MAX,
  RESPONSE_BYTES_MAX,
} from '#protocols/blocks/v1/constants.ts'
import { READS_MAX, READS_PER_PEER_MAX, SERVER_IDLE_MS, STREAMS_PER_PEER_MAX, WAITING_MAX } from './limits.ts'
import { Semaphore } from './semaphore.ts'

export interface BlockServerOptions {
  readonly libp2p: Libp2p
  /** A block that may be served, or `null` when it is not held or not for others. */
  readonly read: (cid: CID) => Promise<Uint8Array | null>
  /** Whether this peer (its id as text) is served at all; everybody unless said otherwise. */
  readonly allow?: (peer: string) => boolean
}

interface Served {
  readonly reads: Semaphore
  readonly streams: Set<Stream>
}

/** Answers `/bandstand/blocks/1.0.0` (protocols/blocks/v1/spec.md) within fixed memory, whoever asks and however much. */
export class BlockServer {
  readonly #options: BlockServerOptions
  readonly #peers = new Map<string, Served>()
  readonly #reads = new Semaphore(READS_MAX)
  #bytesServed = 0

  constructor(options: BlockServerOptions) {
    this.#options = options
  }

  get bytesServed(): number {
    return this.#bytesServed
  }

  async start(): Promise<void> {
    // The cap per peer is kept here: libp2p's own counts streams of one connection, and a peer may open several.
    await this.#options.libp2p.handle(BLOCKS_PROTOCOL, (stream, connection) => this.#accept(stream, connection), {
      maxInboundStreams: STREAMS_PER_PEER_MAX,
      maxOutboundStreams: STREAMS_PER_PEER_MAX,
    })
  }

  async stop(): Promise<void> {
    await this.#options.libp2p.unhandle(BLOCKS_PROTOCOL)
    for (const { streams } of this.#peers.values())
      for (const stream of streams) stream.abort(new StreamError('cancelled', 'the stage is stopping'))
  }

  async #accept(stream: Stream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer.toString()
    const served = this.#peers.get(peer) ?? { reads: new Semaphore(READS_PER_PEER_MAX), streams: new Set() }
    if (this.#options.allow?.(peer) === false || served.streams.size >= STREAMS_PER_PEER_MAX) {
      stream.abort(new StreamError('cancelled', 'this peer is not served, or has too many streams'))
      return
    }
    this.#peers.set(peer, served)
    served.streams.add(stream)
    try {
      await this.#serve(stream, served)
    } catch {
      // A stream that failed has been aborted; its client asks again, here or elsewhere.
    } finally {
      served.streams.delete(stream)
      if (served.streams.size === 0) this.#peers.delete(peer)
    }
  }

  async #serve(stream: Stream, { reads }: Served): Promise<void> {
    const io = frames(stream, {
      frameBytesMax: REQUEST_BYTES_MAX,
      writeBytesMax: RESPONSE_BYTES_MAX,
      idleMs: SERVER_IDLE_MS,
    })
    const answers = new Set<Promise<void>>()
    const write = io.write
    for (;;) {
      const frame = await io.read()
      if (frame === null) break
      // Not reading on while every slot is taken is the backpressure: requests wait in the client's window.
      await reads.acquire()
      const answer = this.#answer(frame, write)
        .catch(cause => io.abort(cause instanceof Error ? cause : undefined))
        .finally(() => {
          reads.release()
          answers.delete(answer)
        })
      answers.add(answer)
    }
    await Promise.all(answers)
    await io.close()
  }

  async #answer(frame: Uint8Array, write: (parts: readonly Uint8Array[]) => Promise<void>): Promise<void> {
    const request = decodeRequest(frame)
    if (!request.ok) throw new StreamError('bad-length', request.error.message)
    const { id, cid } = request.value
    if (this.#reads.waiting >= WAITING_MAX) return write([encodeResponseHeader(id, 'busy')])
    await this.#reads.acquire()
    try {
      const block = await this.#options.read(cid)
      if (block === null) return await write([encodeResponseHeader(id, 'not-found')])
      if (block.length > BLOCK_BYTES_MAX) return await write([encodeResponseHeader(id, 'too-large')])
      await write([encodeResponseHeader(id, 'block'), block])
      this.#bytesServed += block.length
    } finally {
      this.#reads.release()
    }
  }
}
