import { spawn } from 'node:child_process'
import os from 'node:os'
import { NICENESS, STALL_MS_MAX, STDERR_BYTES_KEPT } from './constants.ts'

export interface ChildRun {
  readonly command: string
  readonly args: readonly string[]
  readonly signal?: AbortSignal | undefined
  /** Ends the child when it has run this long. */
  readonly totalMs: number
  /** Ends the child when it has written nothing for this long. */
  readonly stallMs?: number
  /** Kept output; more ends the child. Ignored when `onStdout` takes it. */
  readonly stdoutMax?: number
  readonly onStdout?: (chunk: Buffer) => void
}

/** How a child ended. `cut` says that it was ended from here, and why. */
export interface ChildEnd {
  readonly code: number | null
  readonly stdout: string
  /** The last part of what it wrote. */
  readonly stderr: string
  readonly cut: 'stalled' | 'late' | 'overflow' | null
}

/**
 * Runs one media process at low priority, with nothing of the stage's environment but the search path. Resolves after
 * the process is gone, in every case. Rejects with the signal's reason when aborted, or when it cannot be started.
 */
export function runChild(run: ChildRun): Promise<ChildEnd> {
  run.signal?.throwIfAborted()
  const child = spawn(run.command, run.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    windowsHide: true,
  })
  lowerPriority(child.pid)
  let cut: ChildEnd['cut'] = null
  const end = (why: ChildEnd['cut']) => {
    cut ??= why
    // Nothing that a media process leaves half-written is kept, so there is nothing to wait for.
    child.kill('SIGKILL')
  }
  const abort = () => child.kill('SIGKILL')
  run.signal?.addEventListener('abort', abort, { once: true })
  const late = setTimeout(end, run.totalMs, 'late')
  const stalled = setTimeout(end, run.stallMs ?? STALL_MS_MAX, 'stalled')
  const kept: Buffer[] = []
  let keptBytes = 0
  let stderr = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    stalled.refresh()
    if (run.onStdout !== undefined) return run.onStdout(chunk)
    keptBytes += chunk.length
    if (keptBytes > (run.stdoutMax ?? 0)) return end('overflow')
    kept.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_BYTES_KEPT)
  })
  return new Promise<ChildEnd>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      if (run.signal?.aborted === true) reject(run.signal.reason)
      else resolve({ code, stdout: Buffer.concat(kept).toString('utf8'), stderr: stderr.toString('utf8'), cut })
    })
  }).finally(() => {
    clearTimeout(late)
    clearTimeout(stalled)
    run.signal?.removeEventListener('abort', abort)
  })
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    os.setPriority(pid, NICENESS)
  } catch {
    // It has ended already, or the system forbids it: the work is correct at any priority.
  }
}
