import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ComposedStage, createStage } from '#node/compose.ts'
import { loadSettings } from '#node/config/load.ts'
import { createLogger } from '#node/telemetry/logger.ts'
import { StageClient } from './stage-client.ts'

/** A whole real stage in the test's own process, on free loopback ports and a folder of its own. */
export class StageHere {
  readonly name: string
  readonly data: string
  readonly #flags: Readonly<Record<string, unknown>>
  #stage: ComposedStage | null = null
  #client: StageClient | null = null

  private constructor(name: string, data: string, flags: Readonly<Record<string, unknown>>) {
    this.name = name
    this.data = data
    this.#flags = flags
  }

  static async start(name: string, flags: Readonly<Record<string, unknown>> = {}): Promise<StageHere> {
    const data = await mkdtemp(join(tmpdir(), `bandstand-${name}-`))
    const stage = new StageHere(name, data, flags)
    await stage.start()
    return stage
  }

  async start(): Promise<void> {
    const flags = { data: this.data, port: '0', name: this.name, logLevel: 'error', ...this.#flags }
    const settings = loadSettings({ flags, env: {}, cwd: this.data })
    this.#stage = await createStage(settings, createLogger(settings.logLevel))
    const token = (await readFile(join(this.data, 'operator-token'), 'utf8')).trim()
    this.#client = new StageClient(this.#stage.url, token)
  }

  get client(): StageClient {
    if (this.#client === null) throw new Error(`${this.name} is off`)
    return this.#client
  }

  /** The loopback TCP address that others follow. */
  get address(): string {
    const address = this.#stage?.addresses.find(a => a.includes('/tcp/') && !a.includes('/ws'))
    if (address === undefined) throw new Error(`${this.name} has no address`)
    return address
  }

  async stop(): Promise<void> {
    await this.#stage?.stop()
    this.#stage = null
    this.#client = null
  }

  /** Stops it and removes everything that it kept. */
  async remove(): Promise<void> {
    await this.stop()
    await rm(this.data, { recursive: true, force: true })
  }
}
