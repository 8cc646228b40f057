import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { StageClient } from './stage-client.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A stage as its operator runs it: its own process, started by the command line. */
export class StageProcess {
  readonly data: string
  readonly client: StageClient
  readonly #child: ChildProcess
  readonly #exited: Promise<number | null>

  private constructor(data: string, client: StageClient, child: ChildProcess, exited: Promise<number | null>) {
    this.data = data
    this.client = client
    this.#child = child
    this.#exited = exited
  }

  /** Resolves when the stage says where its page is. Rejects with what it printed when it ends before that. */
  static async start(data: string, args: readonly string[] = []): Promise<StageProcess> {
    const command = ['node/main.ts', 'start', '--data', data, '--port', '0', '--log-level', 'error', ...args]
    const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    const exited = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
    let complaints = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString()).slice(-4_000)
    })
    for await (const line of createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })) {
      const url = /http:\/\/[^\s]+/.exec(line)?.[0]
      if (url === undefined) continue
      const token = (await readFile(join(data, 'operator-token'), 'utf8')).trim()
      return new StageProcess(data, new StageClient(url.replace(/\/$/, ''), token), child, exited)
    }
    throw new Error(`the stage ended with ${await exited} before it was on: ${complaints}`)
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** Pulls the plug. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  /** Asks it to stop; resolves to the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.#exited
  }
}
