import { formatBytes } from '#web/kit/format.ts'
import { t } from '#web/kit/words.ts'

/**
 * sending; paused by the person; retrying: the connection broke and it goes on by itself; stopped: it needs the person; missing: the
 * page was loaded again, and the browser lets it read the file only when it is chosen once more; done.
 */
export type UploadPhase = 'sending' | 'paused' | 'retrying' | 'stopped' | 'missing' | 'done'

/** One file on its way to the stage. */
export interface UploadState {
  readonly name: string
  readonly bytes: number
  readonly phase: UploadPhase
  readonly sentBytes: number
  readonly bytesPerSecond: number
  /** Upload id once all bytes arrived. */
  readonly id: string | null
  /** What happened on the way, in a sentence. */
  readonly note: string | null
  readonly problem: string | null
}

const ENDPOINT = '/api/v1/uploads'
/** A lost connection is retried after these pauses, and whenever the browser is online again; then the person decides. */
const RETRY_MS = [500, 2_000, 5_000, 15_000, 30_000]
const SPEED_WINDOW_MS = 3_000

export interface UploadHandle {
  pause(): void
  resume(): void
  /** Ends it and forgets what the stage has of it. */
  cancel(): void
}

/** Speed over the last seconds, so that the time left does not jump. */
export class Speed {
  #marks: { at: number; bytes: number }[] = []

  mark(at: number, bytes: number): number {
    this.#marks = [...this.#marks.filter(mark => at - mark.at <= SPEED_WINDOW_MS), { at, bytes }]
    const first = this.#marks[0]
    return first === undefined || at === first.at ? 0 : ((bytes - first.bytes) * 1000) / (at - first.at)
  }
}

export const startState = ({ name, size }: Pick<File, 'name' | 'size'>): UploadState => ({
  name,
  bytes: size,
  phase: 'sending',
  sentBytes: 0,
  bytesPerSecond: 0,
  id: null,
  note: null,
  problem: null,
})

/** Sends a file with tus 1.0: resumes after a lost connection, and after a reload when the same file is given again. */
export function startUpload(file: File, changed: (state: UploadState) => void): UploadHandle {
  let state = startState(file)
  const patch = (change: Partial<UploadState>) => {
    state = { ...state, ...change }
    changed(state)
  }
  let wanted = true
  let speed = new Speed()
  const online = () => {
    if (state.phase === 'stopped' || state.phase === 'retrying') void making.then(upload => upload.abort()).then(resume)
  }
  addEventListener('online', online)
  const making = make(file, {
    progress: sentBytes => {
      if (wanted)
        patch({ phase: 'sending', sentBytes, bytesPerSecond: speed.mark(performance.now(), sentBytes), problem: null })
    },
    resumed: offset => {
      speed = new Speed()
      if (offset > 0)
        patch({ sentBytes: offset, note: t`Went on where it stopped: ${formatBytes(offset)} were there already.` })
    },
    broke: () => patch({ phase: 'retrying', bytesPerSecond: 0 }),
    done: id => {
      removeEventListener('online', online)
      patch({ phase: 'done', sentBytes: file.size, bytesPerSecond: 0, id })
    },
    failed: problem => patch({ phase: 'stopped', bytesPerSecond: 0, problem }),
  })
  making
    .then(upload => wanted && upload.start())
    .catch(() =>
      patch({ phase: 'stopped', problem: t`The upload could not start. Reload the page and add the file again.` }),
    )
  const resume = () => {
    wanted = true
    patch({ phase: 'sending', problem: null })
    void making.then(upload => wanted && upload.start())
  }
  return {
    pause: () => {
      wanted = false
      patch({ phase: 'paused', bytesPerSecond: 0 })
      void making.then(upload => upload.abort())
    },
    resume,
    cancel: () => {
      wanted = false
      removeEventListener('online', online)
      void making.then(upload => upload.abort(true)).catch(() => {})
    },
  }
}

interface Told {
  progress(sentBytes: number): void
  resumed(offset: number): void
  broke(): void
  done(id: string | null): void
  failed(problem: string): void
}

async function make(file: File, told: Told) {
  const { Upload } = await import('tus-js-client')
  const upload = new Upload(file, {
    endpoint: ENDPOINT,
    retryDelays: RETRY_MS,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, filetype: file.type },
    onShouldRetry: error => {
      const status = error.originalResponse?.getStatus() ?? 0
      const again = status === 0 || status === 409 || status === 423 || status >= 500
      if (again) told.broke()
      return again
    },
    // The stage answers how far it has come before anything is sent again.
    onAfterResponse: (request, response) => {
      if (request.getMethod() === 'HEAD' && response.getStatus() < 300)
        told.resumed(Number(response.getHeader('Upload-Offset') ?? 0))
    },
    onProgress: sentBytes => told.progress(sentBytes),
    onSuccess: () => told.done(upload.url?.split('/').at(-1) ?? null),
    onError: error => told.failed(sentenceIn(error)),
  })
  const [previous] = await upload.findPreviousUploads()
  if (previous !== undefined) upload.resumeFromPreviousUpload(previous)
  return upload
}

/** Whether the stage still has a finished upload: it keeps them for some days. */
export async function isThere(id: string): Promise<boolean> {
  const answer = await fetch(`${ENDPOINT}/${id}`, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })
  return answer.ok
}

/** The stage's own sentence, when it gave one. */
function sentenceIn(error: unknown): string {
  const response = (error as { originalResponse?: { getBody(): string } | null }).originalResponse
  try {
    const problem = JSON.parse(response?.getBody() ?? '') as { message?: unknown }
    if (typeof problem.message === 'string') return problem.message
  } catch {
    // Not a Problem: the connection broke.
  }
  return t`The connection to the stage is lost. Nothing that arrived is lost: it goes on from there.`
}
