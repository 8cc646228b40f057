import { Worker } from 'node:worker_threads'
import type { SignatureChecker } from '#node/ports/signatures.ts'
import type { Verifier } from '#src/kernel/ports.ts'
import type { SignatureCheck } from '#src/ledger/machine/machine.ts'
import { badCheck, packChecks, workOff } from './layout.ts'
import { createOneThreadChecker } from './one-thread.ts'

/** One batch, handed to every thread. */
export interface Task {
  readonly id: number
  readonly shared: SharedArrayBuffer
}

interface Pending extends Task {
  readonly checks: readonly SignatureCheck[]
  readonly resolve: (bad: number | null) => void
}

export interface SignaturePoolOptions {
  readonly verifier: Verifier
  /** Threads beside the calling one; 0 verifies on the calling thread alone. */
  readonly threads: number
}

/** Below this a message to another thread costs more than it saves: about 1.5 ms of verification. */
const SHARED_MIN = 32

/**
 * Verifies batches on several threads. A thread that dies costs nothing but time: what was under way is verified again
 * by the caller's own thread, and so is everything that comes after the last thread died.
 */
export function createSignaturePool({ verifier, threads }: SignaturePoolOptions): SignatureChecker & {
  close(): Promise<void>
} {
  const alone = createOneThreadChecker(verifier)
  const pending = new Map<number, Pending>()
  const workers = new Set<Worker>()
  let nextId = 0

  const finish = (id: number): void => {
    const task = pending.get(id)
    if (task === undefined || !pending.delete(id)) return
    // A batch under way keeps the process alive, an idle pool does not.
    if (pending.size === 0) for (const worker of workers) worker.unref()
    task.resolve(badCheck(task.shared))
  }
  const lost = (worker: Worker): void => {
    if (!workers.delete(worker)) return
    for (const task of [...pending.values()]) {
      pending.delete(task.id)
      void alone.begin(task.checks).result.then(task.resolve)
    }
  }
  for (let index = 0; index < threads; index++) {
    const worker = new Worker(new URL('./thread.ts', import.meta.url))
    worker.unref()
    worker.on('message', finish)
    worker.on('error', () => lost(worker))
    worker.on('exit', () => lost(worker))
    workers.add(worker)
  }

  return {
    begin(checks) {
      if (workers.size === 0 || checks.length < SHARED_MIN) return alone.begin(checks)
      const shared = packChecks(checks)
      if (shared === null) return alone.begin(checks)
      const { promise, resolve } = Promise.withResolvers<number | null>()
      const task: Pending = { id: nextId++, shared, checks, resolve }
      pending.set(task.id, task)
      for (const worker of workers) {
        worker.ref()
        worker.postMessage({ id: task.id, shared } satisfies Task)
      }
      return {
        help: () => {
          if (workOff(verifier, shared)) finish(task.id)
        },
        result: promise,
      }
    },
    async close() {
      const all = [...workers]
      workers.clear()
      await Promise.all(all.map(worker => worker.terminate()))
      for (const task of [...pending.values()]) void alone.begin(task.checks).result.then(task.resolve)
      pending.clear()
    },
  }
}
