import { mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { NextToLast } from 'blockstore-fs/sharding'
import { base32upper } from 'multiformats/bases/base32'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { StageError } from '#node/errors.ts'

const EXTENSION = '.data'

/** A block found on disk. */
export interface BlockFile {
  /** With codec raw: the file's name keeps the multihash alone. */
  readonly cid: CID
  readonly bytes: number
}

/**
 * One file a block, in the layout of `blockstore-fs`, so that its tools read it. Files are small in number (1 MiB
 * blocks) and served whole, which a filesystem does faster than a key-value store; the index beside it answers
 * what is held without touching the disk.
 */
export class BlockFiles {
  readonly #dir: string
  readonly #layout = new NextToLast()
  readonly #shards = new Map<string, Promise<unknown>>()

  constructor(dir: string) {
    this.#dir = dir
  }

  /** Creates the folder. Throws `StageError` 'data-folder-unusable'. */
  async open(): Promise<void> {
    try {
      await mkdir(this.#dir, { recursive: true })
    } catch (cause) {
      throw new StageError('data-folder-unusable', `The folder ${this.#dir} cannot be written. Check its owner.`, {
        cause,
      })
    }
  }

  /**
   * Resolves when the file is whole. Nobody reads it before its row is in the index, so a write cut short by a crash
   * needs no temporary name: it is found without a row. Throws `StageError` 'disk-full'.
   */
  async write(cid: CID, block: Uint8Array): Promise<void> {
    const { dir, file } = this.#layout.encode(cid)
    const path = join(this.#dir, dir, file)
    try {
      await this.#shard(dir)
      await writeWhole(path, block)
    } catch (cause) {
      await rm(path, { force: true }).catch(() => {})
      throw asStageError(cause)
    }
  }

  /** The whole block, or `null` when there is no such file. `bytes` is its known size. */
  async read(cid: CID, bytes: number): Promise<Uint8Array | null> {
    try {
      await using handle = await open(this.#path(cid))
      const block = Buffer.allocUnsafeSlow(bytes)
      const { bytesRead } = await handle.read(block, 0, bytes, 0)
      return bytesRead === bytes ? block : null
    } catch (cause) {
      if (isCode(cause, 'ENOENT')) return null
      throw cause
    }
  }

  async remove(cid: CID): Promise<void> {
    await unlink(this.#path(cid)).catch(cause => {
      if (!isCode(cause, 'ENOENT')) throw cause
    })
  }

  /** Forces a block to the disk itself. */
  async flush(cid: CID): Promise<void> {
    await using handle = await open(this.#path(cid))
    await handle.datasync()
  }

  async *list(): AsyncGenerator<BlockFile> {
    for (const shard of await readdir(this.#dir, { withFileTypes: true })) {
      if (!shard.isDirectory()) continue
      for (const name of await readdir(join(this.#dir, shard.name))) {
        if (!name.endsWith(EXTENSION)) continue
        const path = join(this.#dir, shard.name, name)
        const found = await stat(path).catch(() => null)
        const cid = this.#decode(name)
        if (found !== null && cid !== null) yield { cid, bytes: found.size }
      }
    }
  }

  #path(cid: CID): string {
    const { dir, file } = this.#layout.encode(cid)
    return join(this.#dir, dir, file)
  }

  #decode(name: string): CID | null {
    try {
      return CID.createV1(raw.code, Digest.decode(base32upper.decode(name.slice(0, -EXTENSION.length))))
    } catch {
      return null
    }
  }

  #shard(name: string): Promise<unknown> {
    const known = this.#shards.get(name) ?? mkdir(join(this.#dir, name), { recursive: true })
    this.#shards.set(name, known)
    known.catch(() => this.#shards.delete(name))
    return known
  }
}

async function writeWhole(path: string, block: Uint8Array): Promise<void> {
  await using handle = await open(path, 'w')
  for (let at = 0; at < block.length; ) at += (await handle.write(block, at, block.length - at, at)).bytesWritten
}

const isCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && (cause as NodeJS.ErrnoException).code === code

function asStageError(cause: unknown): unknown {
  if (isCode(cause, 'ENOSPC') || isCode(cause, 'EDQUOT'))
    return new StageError('disk-full', 'The disk is full. Free some space, or lower the cache size in the settings.', {
      cause,
    })
  if (isCode(cause, 'EROFS') || isCode(cause, 'EACCES'))
    return new StageError('data-folder-unusable', 'The data folder cannot be written. Check its owner.', { cause })
  return cause
}
