import os from 'node:os'

/** One media process. Tells how many ms of sound are done. */
export type Task = (signal: AbortSignal, onMs: (doneMs: number) => void) => Promise<void>

/** More processes at once only heat a phone-class machine; a stage has other work. */
const PARALLEL_MAX = 4

/**
 * Runs tasks, as many at once as there are cores. The first failure ends the others; the error of the earliest task in
 * the list is thrown, after every task has stopped. `onMs` gets the sum over tasks.
 */
export async function runPool(
  tasks: readonly Task[],
  signal: AbortSignal,
  onMs: (sumMs: number) => void,
): Promise<void> {
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const doneMs = tasks.map(() => 0)
  const errors: unknown[] = []
  let next = 0
  const lane = async () => {
    for (;;) {
      const index = next++
      const task = tasks[index]
      if (task === undefined || stop.aborted) return
      try {
        await task(stop, ms => {
          doneMs[index] = ms
          onMs(doneMs.reduce((sum, done) => sum + done, 0))
        })
      } catch (error) {
        if (!stop.aborted || error !== stop.reason) errors[index] = error
        failed.abort()
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL_MAX, os.availableParallelism()) }, lane))
  signal.throwIfAborted()
  const first = errors.find(error => error !== undefined)
  if (first !== undefined) throw first
}
