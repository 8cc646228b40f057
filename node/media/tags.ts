import { fileURLToPath } from 'node:url'
import { type ChildEnd, runChild } from './child.ts'
import { PROBE_BYTES_MAX, WORKER_HEAP_MB_MAX } from './constants.ts'

/** What a file says about itself; every field may be wrong or absent. */
export interface FileTags {
  readonly title: string | null
  readonly artist: string | null
  readonly album: string | null
  readonly isrc: string | null
  readonly durationMs: number | null
  /** Whether the embedded picture was written out. */
  readonly hasPicture: boolean
  readonly hasVideo: boolean
}

/** Counting the frames of a long file without an index takes seconds; a minute means a hostile one. */
const WORKER_MS_MAX = 60_000
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))

/** Runs one job of `worker.ts` in a child of this same runtime. */
export function runWorker(
  job: 'tags' | 'cover',
  source: string,
  target: string,
  signal?: AbortSignal,
): Promise<ChildEnd> {
  return runChild({
    command: process.execPath,
    args: [`--max-old-space-size=${WORKER_HEAP_MB_MAX}`, '--no-warnings', WORKER, job, source, target],
    signal,
    totalMs: WORKER_MS_MAX,
    stdoutMax: PROBE_BYTES_MAX,
  })
}

/** Tags and embedded picture; `null` when they cannot be read, which is no reason to refuse the sound. */
export async function readTags(file: string, pictureOut: string, signal: AbortSignal): Promise<FileTags | null> {
  const end = await runWorker('tags', file, pictureOut, signal)
  return end.code === 0 ? (JSON.parse(end.stdout) as FileTags) : null
}
