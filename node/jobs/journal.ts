import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { CID } from 'multiformats/cid'
import type { Shelf } from '#node/ports/shelf.ts'

/**
 * What one job has added to the shelf so far, written before each step, so that a job that fails or a process that is
 * killed leaves nothing behind. One line each: `block CID`, or `release ID ROOT` before a root is pinned.
 */
export class BlockJournal {
  readonly #file: string
  readonly #shelf: Shelf
  readonly #fd: number
  readonly #blocks: CID[] = []
  readonly #roots: CID[] = []

  private constructor(file: string, shelf: Shelf) {
    this.#file = file
    this.#shelf = shelf
    this.#fd = openSync(file, 'wx', 0o600)
  }

  static async open(folder: string, id: string, shelf: Shelf): Promise<BlockJournal> {
    await mkdir(folder, { recursive: true })
    return new BlockJournal(path.join(folder, `${id}.journal`), shelf)
  }

  /** Stores a block. One that is here already for another reason is not taken back later. */
  async put(cid: CID, bytes: Uint8Array): Promise<void> {
    if (!(await this.#shelf.has(cid))) {
      writeSync(this.#fd, `block ${cid}\n`)
      this.#blocks.push(cid)
    }
    await this.#shelf.put(cid, bytes)
  }

  /** Pins a root for a release that is about to be published. */
  async pin(releaseId: string, root: CID): Promise<void> {
    if (!this.#shelf.isPinned(root)) {
      writeSync(this.#fd, `release ${releaseId} ${root}\n`)
      this.#roots.push(root)
    }
    await this.#shelf.pin(root)
  }

  /** Everything is where it belongs: forget the journal. */
  commit(): void {
    closeSync(this.#fd)
    rmSync(this.#file, { force: true })
  }

  /**
   * Takes back everything that was added, except the roots to keep. Never throws, since the failure that led here is
   * the one to tell: what cannot be removed now stays in the journal, and is removed at the next start.
   */
  async rollback(keep: readonly CID[] = []): Promise<void> {
    try {
      for (const root of this.#roots) if (!keep.some(kept => kept.equals(root))) await this.#shelf.unpin(root)
      for (const cid of this.#blocks) await this.#shelf.discard(cid)
      rmSync(this.#file, { force: true })
    } catch {
      // The disk refuses or the store is closed already.
    }
    closeSync(this.#fd)
  }
}

/** Takes back what jobs of a killed process left, except releases that had been published. Call once, before any job. */
export async function recoverJournals(
  folder: string,
  shelf: Shelf,
  isPublished: (releaseId: string) => boolean,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.journal')) continue
    const file = path.join(folder, name)
    const blocks: CID[] = []
    // A line that was cut off by the crash stands for a block that was never stored.
    for (const line of (await readFile(file, 'utf8')).split('\n').slice(0, -1)) {
      const [kind, first = '', second = ''] = line.split(' ')
      if (kind === 'block') blocks.push(CID.parse(first))
      else if (!isPublished(first)) await shelf.unpin(CID.parse(second))
    }
    for (const cid of blocks) await shelf.discard(cid)
    await rm(file, { force: true })
  }
}
