import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import { decodeCarHeader, decodeCarSection } from '#protocols/archive/v1/codec.ts'
import { ARCHIVE_BLOCK_BYTES_MAX, ARCHIVE_CID_BYTES, CAR_HEADER_BYTES_MAX } from '#protocols/archive/v1/constants.ts'
import type { CodecFault } from '#protocols/codec/codec-error.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Block } from './dag.ts'

export const badArchive = (why: string, cause?: unknown): StageError =>
  new StageError('bad-archive', `The archive was refused and nothing was kept: ${why}. Export it again.`, { cause })

const LENGTH_BYTES_MAX = 4

function must<T>(result: Result<T, CodecFault>): T {
  if (!result.ok) throw badArchive(result.error.message, result.error)
  return result.value
}

/** Cuts a stream into exact pieces, holding no more than one piece and one chunk. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>
  #chunk: Uint8Array = new Uint8Array(0)
  #ended = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#source.next()
    } catch (cause) {
      throw badArchive('its transfer broke off', cause)
    }
  }

  async #more(): Promise<boolean> {
    while (this.#chunk.length === 0 && !this.#ended) {
      const { done, value } = await this.#next()
      if (done === true) this.#ended = true
      else this.#chunk = value
    }
    return this.#chunk.length > 0
  }

  /** Exactly `length` bytes in memory of their own, or a refusal. */
  async take(length: number): Promise<Uint8Array> {
    const piece = new Uint8Array(length)
    for (let filled = 0; filled < length; ) {
      if (!(await this.#more())) throw badArchive('it ends in the middle of a block')
      const part = this.#chunk.subarray(0, length - filled)
      piece.set(part, filled)
      filled += part.length
      this.#chunk = this.#chunk.subarray(part.length)
    }
    return piece
  }

  /** A length prefix, or `null` at the end of the stream. */
  async length(max: number): Promise<number | null> {
    if (!(await this.#more())) return null
    let value = 0
    for (let i = 0; i < LENGTH_BYTES_MAX; i++) {
      const [byte = 0] = await this.take(1)
      value += (byte & 0x7f) << (7 * i)
      if (byte >= 0x80) continue
      if (i > 0 && byte === 0) throw badArchive('a length is not in its shortest form')
      if (value > max) throw badArchive(`it is not a CAR file, or says that one of its parts is ${value} bytes long`)
      return value
    }
    throw badArchive('a length is too long')
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }
}

export interface CarStream {
  readonly root: CID
  /** In file order; hashes not yet checked. */
  readonly blocks: AsyncGenerator<Block>
  /** Lets go of the source, which may be in the middle of sending. */
  close(): Promise<void>
}

/** Reads the header, then gives one block at a time. Throws 'bad-archive', having let go of the source. */
export async function readCar(source: AsyncIterable<Uint8Array>): Promise<CarStream> {
  const pieces = new Pieces(source)
  const sections = async function* (): AsyncGenerator<Block> {
    for (;;) {
      const length = await pieces.length(ARCHIVE_CID_BYTES + ARCHIVE_BLOCK_BYTES_MAX)
      if (length === null) return
      yield must(decodeCarSection(await pieces.take(length)))
    }
  }
  try {
    const headerLength = await pieces.length(CAR_HEADER_BYTES_MAX)
    if (headerLength === null) throw badArchive('it is empty')
    const root = must(decodeCarHeader(await pieces.take(headerLength)))
    return { root, blocks: sections(), close: () => pieces.close() }
  } catch (error) {
    await pieces.close()
    throw error
  }
}
