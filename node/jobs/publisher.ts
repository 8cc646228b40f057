import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { toString as toHex } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { Publishing } from '#node/ports/publishing.ts'
import type { JobInfo, Problem, PublishRequest } from '#protocols/api/v1/schemas.ts'
import { asStageError } from './disk.ts'
import { JobBoard } from './job-board.ts'
import { recoverJournals } from './journal.ts'
import type { PublisherParts } from './ports.ts'
import { jobFolders, removeWorkDir, runPublish } from './publish.ts'
import { type CheckedRequest, checkRequest } from './request.ts'

export interface Publisher extends Publishing {
  /**
   * Checks the request, queues it and returns at once; files are looked at when its turn comes. Throws 'bad-splits',
   * 'bad-identifier', 'bad-request', 'too-many-requests' or 'stopping'.
   */
  publish(request: PublishRequest): JobInfo
  /** Resolves when every queued job has ended. */
  idle(): Promise<void>
  /** Ends the running job, takes back what it added, and fails those that wait. */
  stop(): Promise<void>
}

/** Jobs that may wait: media work runs one release at a time, so a longer queue is hours of work. */
const QUEUE_MAX = 16
const ID_BYTES = 16

function problemOf(error: unknown): Problem {
  if (!(error instanceof StageError))
    return {
      code: 'internal',
      message: 'Something went wrong inside the stage: nothing was published. The log says more.',
    }
  const { code, message, path: field } = error
  return field === undefined ? { code, message } : { code, message, path: field }
}

/**
 * The queue of publishing jobs. `folder` belongs to it alone: what a killed process left there, and the blocks that
 * its jobs had added, are removed before this resolves.
 */
export async function createPublisher(options: { folder: string }, parts: PublisherParts): Promise<Publisher> {
  const folders = jobFolders(options.folder)
  await removeWorkDir(folders.work)
  await mkdir(folders.work, { recursive: true })
  await recoverJournals(folders.journals, parts.shelf, parts.isPublished)
  const board = new JobBoard(parts.onJob)
  const stopping = new AbortController()
  let waiting = 0
  let last: Promise<void> = Promise.resolve()

  const runJob = async (id: string, request: CheckedRequest): Promise<void> => {
    const releaseId = toHex(parts.random.bytes(ID_BYTES), 'base16')
    const workDir = path.join(folders.work, id)
    const { signal } = stopping
    const update = (change: Partial<JobInfo>) => void board.update(id, change)
    try {
      signal.throwIfAborted()
      await runPublish({ releaseId, request, workDir, journalFolder: folders.journals, signal, update }, parts)
      const { totalBytes } = board.get(id)
      update({ state: 'done', step: 'published', doneBytes: totalBytes, release: releaseId })
    } catch (cause) {
      const error = signal.aborted ? signal.reason : asStageError(cause)
      if (!(error instanceof StageError)) parts.onDefect(error)
      update({ state: 'failed', step: 'not published', problem: problemOf(error) })
    } finally {
      await removeWorkDir(workDir)
    }
  }

  return {
    publish(request) {
      if (stopping.signal.aborted) throw stopping.signal.reason
      const checked = checkRequest(request)
      if (waiting >= QUEUE_MAX)
        throw new StageError(
          'too-many-requests',
          `${QUEUE_MAX} releases are waiting already: try again when some are done.`,
        )
      const id = toHex(parts.random.bytes(ID_BYTES), 'base16')
      const job = board.open(id, 'publish', waiting === 0 ? 'starting' : 'waiting for the release before it')
      waiting++
      last = last
        .then(() => runJob(id, checked))
        .catch(parts.onDefect)
        .finally(() => waiting--)
      return job
    },
    jobs: () => board.all(),
    job: id => board.get(id),
    idle: () => last,
    async stop() {
      stopping.abort(new StageError('stopping', 'The stage is stopping: publish again when it is back.'))
      await last
    },
  }
}
