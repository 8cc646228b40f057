import type { Helia } from 'helia'
import type { MediaTools } from '#node/ports/media.ts'
import type { JobInfo } from '#protocols/api/v1/schemas.ts'
import type { Random } from '#src/kernel/ports.ts'

/** The part of a Helia node that publishing needs: blocks on disk, and what is kept for good. */
export type Shelf = Pick<Helia, 'blockstore' | 'pins'>

export interface UploadedFile {
  readonly file: string
  /** As the person's machine called it: not to be trusted in a path. */
  readonly name: string
  readonly bytes: number
}

/** Finished uploads. `resolve` throws `StageError` 'not-found' for an id that is unknown or unfinished. */
export interface Uploads {
  resolve(id: string): UploadedFile | Promise<UploadedFile>
  discard(id: string): void | Promise<void>
}

export interface PublisherParts {
  readonly media: MediaTools
  readonly shelf: Shelf
  readonly uploads: Uploads
  readonly random: Random
  /** Signs as the community and passes the one door. Resolves when the event is durable; throws `StageError`. */
  readonly submit: (type: string, body: unknown) => Promise<unknown>
  /** Whether this release is in the durable event set: decides what a crash left behind. */
  readonly isPublished: (releaseId: string) => boolean
  readonly onJob: (job: JobInfo) => void
  /** Unexpected errors, for the log. */
  readonly onDefect: (error: unknown) => void
}
