import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of its own that says messages; given what it needs in the environment. */
export interface Child {
  /** The next message. Throws when the process ends before it. */
  next(): Promise<unknown>
  send(message: object): void
  stop(): Promise<void>
}

export function startChild(url: string, given: object): Child {
  const child: ChildProcess = fork(fileURLToPath(url), [], {
    env: { ...process.env, BENCH_GIVEN: JSON.stringify(given) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const said: unknown[] = []
  let wake = (): void => {}
  let ended = false
  child.on('message', message => {
    said.push(message)
    wake()
  })
  child.on('exit', () => {
    ended = true
    wake()
  })
  return {
    async next() {
      while (said.length === 0) {
        if (ended) throw new Error(`${url} ended before it was done`)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return said.shift()
    },
    send: message => void child.send(message),
    async stop() {
      if (ended) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** What the parent gave. */
export const given = <T>(): T => JSON.parse(process.env.BENCH_GIVEN ?? '{}') as T
