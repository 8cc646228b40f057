import { t } from '#web/kit/words.ts'
/** One file on its way to the stage. */
export interface UploadState {
  readonly file: File
  readonly sentBytes: number
  readonly bytesPerSecond: number
  /** Upload id once all bytes arrived. */
  readonly id: string | null
  readonly problem: string | null
}

const ENDPOINT = '/api/v1/uploads'
/** A lost connection is retried after these pauses, then the person decides. */
const RETRY_MS = [500, 2_000, 5_000, 15_000, 30_000]
const SPEED_WINDOW_MS = 3_000

export interface UploadHandle {
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

/** Sends a file with tus 1.0: resumes after a lost connection, and after a reload when the same file is given again. */
export function startUpload(file: File, changed: (state: UploadState) => void): UploadHandle {
  let state: UploadState = { file, sentBytes: 0, bytesPerSecond: 0, id: null, problem: null }
  const patch = (change: Partial<UploadState>) => {
    state = { ...state, ...change }
    changed(state)
  }
  let cancelled = false
  let abort = (): void => {}
  const run = async () => {
    const { Upload } = await import('tus-js-client')
    const speed = new Speed()
    const upload = new Upload(file, {
      endpoint: ENDPOINT,
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, filetype: file.type },
      onProgress: sentBytes =>
        patch({ sentBytes, bytesPerSecond: speed.mark(performance.now(), sentBytes), problem: null }),
      onSuccess: () => patch({ sentBytes: file.size, id: idOf(upload.url) }),
      onError: error => patch({ problem: sentenceIn(error) }),
    })
    abort = () => void upload.abort(true).catch(() => {})
    const [previous] = await upload.findPreviousUploads()
    if (previous !== undefined) upload.resumeFromPreviousUpload(previous)
    if (!cancelled) upload.start()
  }
  run().catch(() => patch({ problem: t`The upload could not start. Reload the page and add the file again.` }))
  return {
    cancel: () => {
      cancelled = true
      abort()
    },
  }
}

const idOf = (url: string | null): string | null => url?.split('/').at(-1) ?? null

/** The stage's own sentence, when it gave one. */
function sentenceIn(error: unknown): string {
  const response = (error as { originalResponse?: { getBody(): string } | null }).originalResponse
  try {
    const problem = JSON.parse(response?.getBody() ?? '') as { message?: unknown }
    if (typeof problem.message === 'string') return problem.message
  } catch {
    // Not a Problem: the connection broke.
  }
  return t`The upload stopped. Check the connection to the stage and add the file again; it goes on where it stopped.`
}
