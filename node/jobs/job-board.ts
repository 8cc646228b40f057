import { StageError } from '#node/errors.ts'
import type { JobInfo } from '#protocols/api/v1/schemas.ts'

/** Finished jobs that people can still look at. */
const FINISHED_KEPT = 50
/** Progress below this share of the whole is not told again: a page needs some hundred steps, not thousands. */
const TELL_SHARE = 0.005

/** The state of every job, for people. Owned by the process: a restart forgets it. */
export class JobBoard {
  readonly #jobs = new Map<string, JobInfo>()
  readonly #told = new Map<string, number>()
  readonly #onJob: (job: JobInfo) => void

  constructor(onJob: (job: JobInfo) => void) {
    this.#onJob = onJob
  }

  open(id: string, kind: JobInfo['kind'], step: string): JobInfo {
    const job: JobInfo = {
      id,
      kind,
      state: 'running',
      step,
      doneBytes: 0,
      totalBytes: 0,
      release: null,
      notes: [],
      problem: null,
    }
    this.#jobs.set(id, job)
    this.#onJob(job)
    return job
  }

  /** Changes a job and tells about it, unless only a little progress was made. */
  update(id: string, change: Partial<JobInfo>): JobInfo {
    const before = this.get(id)
    const job = { ...before, ...change, doneBytes: Math.max(before.doneBytes, change.doneBytes ?? 0) }
    this.#jobs.set(id, job)
    const onlyProgress = job.state === before.state && job.step === before.step
    const told = this.#told.get(id) ?? 0
    if (onlyProgress && job.doneBytes - told < job.totalBytes * TELL_SHARE) return job
    this.#told.set(id, job.doneBytes)
    this.#onJob(job)
    if (job.state !== 'running') this.#forgetOldest()
    return job
  }

  get(id: string): JobInfo {
    const job = this.#jobs.get(id)
    if (job === undefined) throw new StageError('not-found', 'There is no such job: it may have ended long ago.')
    return job
  }

  /** Newest first. */
  all(): JobInfo[] {
    return [...this.#jobs.values()].reverse()
  }

  #forgetOldest(): void {
    const finished = [...this.#jobs.values()].filter(job => job.state !== 'running')
    for (const job of finished.slice(0, Math.max(0, finished.length - FINISHED_KEPT))) {
      this.#jobs.delete(job.id)
      this.#told.delete(job.id)
    }
  }
}
