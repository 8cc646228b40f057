import type { MediaTools } from '#node/ports/media.ts'
import type { Shelf } from '#node/ports/shelf.ts'
import type { Sealed } from '#node/ports/unlocks.ts'
import type { Uploads } from '#node/ports/uploads.ts'
import type { JobInfo } from '#protocols/api/v1/schemas.ts'
import type { Random } from '#src/kernel/ports.ts'
import type { AskedPrice } from './request.ts'

export interface PublisherParts {
  readonly media: MediaTools
  readonly shelf: Shelf
  readonly uploads: Uploads
  readonly random: Random
  readonly sealed: Pick<Sealed, 'keep' | 'remove'>
  /** Says what the release costs. Resolves when the event is durable; throws `StageError`. */
  readonly offer: (release: string, price: AskedPrice) => Promise<unknown>
  /** Signs as the community and passes the one door. Resolves when the event is durable; throws `StageError`. */
  readonly submit: (type: string, body: unknown) => Promise<unknown>
  /** Whether this release is in the durable event set: decides what a crash left behind. */
  readonly isPublished: (releaseId: string) => boolean
  readonly onJob: (job: JobInfo) => void
  /** Unexpected errors, for the log. */
  readonly onDefect: (error: unknown) => void
}
