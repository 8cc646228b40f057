import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

export interface Report {
  /** Messages that reached all viewers together. */
  readonly received: number
  /** ms from writing a message to reading it, at every hundredth viewer. */
  readonly latencies: readonly number[]
  readonly alive: number
}

/** A process full of viewers. */
export class Audience {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'viewers.ts'))

  #ask<T>(message: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', answer => resolve(answer as T))
      this.#child.once('exit', code => reject(new Error(`the audience left with ${code}`)))
      this.#child.send(message)
    })
  }

  async open(url: string, path: string, count: number): Promise<void> {
    const { hostname, port } = new URL(url)
    await this.#ask({ open: { host: hostname, port: Number(port), path, count } })
  }
  async reset(): Promise<void> {
    await this.#ask({ reset: true })
  }
  report(): Promise<Report> {
    return this.#ask({ report: true })
  }
  leave(): void {
    this.#child.removeAllListeners('exit')
    this.#child.kill('SIGKILL')
  }
}
