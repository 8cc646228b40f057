import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Problem } from '#protocols/api/v1/schemas.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** In a process group of its own, so that Ctrl+C reaches the demo alone, which then stops the stages in good order. */
const run = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true })

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) text += chunk
  return text
}

/** One community as an operator runs it: `bandstand start` in a process of its own, other commands beside it. */
export class DemoStage {
  readonly name: string
  readonly dataDir: string
  url = ''
  #child: ChildProcess | null = null
  #complaints: Promise<string> = Promise.resolve('')

  constructor(name: string, dataDir: string) {
    this.name = name
    this.dataDir = dataDir
  }

  /** Resolves when the page answers; to the milliseconds until its first byte. */
  async start(): Promise<number> {
    const began = performance.now()
    const child = run(['start', '--data', this.dataDir, '--port', '0', '--name', this.name])
    this.#child = child
    this.#complaints = textOf(child.stderr)
    let printed = ''
    for await (const chunk of child.stdout ?? []) {
      printed += chunk
      const url = /http:\/\/\S+/.exec(printed)?.[0]
      if (url === undefined || !printed.endsWith('\n')) continue
      this.url = url.replace(/\/$/, '')
      const page = await fetch(this.url)
      const html = await page.text()
      if (page.status !== 200 || !html.includes('<html')) throw new Error(`the page answered ${page.status}`)
      return performance.now() - began
    }
    throw new Error(`${this.name} did not start: ${(await this.#complaints).trim()}`)
  }

  /** SIGTERM, as a service manager sends it; resolves to the milliseconds until the process is gone. */
  async stop(): Promise<number> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return 0
    const began = performance.now()
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const [code] = await exited
    this.#child = null
    if (code !== 0) throw new Error(`${this.name} ended with ${code}: ${(await this.#complaints).trim()}`)
    return performance.now() - began
  }

  /** Only for a demo that failed: leaves no process behind, however it is. */
  kill(): void {
    this.#child?.kill('SIGKILL')
  }

  /** One `bandstand` command against this stage; its `--json` answer. */
  async command<T>(...args: string[]): Promise<T> {
    const child = run([...args, '--data', this.dataDir, '--json'])
    const [stdout, stderr, [code]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'close'),
    ])
    if (code !== 0) throw new Error(`bandstand ${args[0]} ended with ${code}: ${stderr.trim()}`)
    return JSON.parse(stdout) as T
  }

  /** What a page asks of its own stage. */
  async api<T>(path: string, json?: unknown): Promise<T> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }
    const response = await fetch(`${this.url}/api/v1${path}`, json === undefined ? {} : init)
    const text = await response.text()
    if (response.ok) return JSON.parse(text) as T
    const problem = Problem.safeParse(JSON.parse(text))
    throw new Error(`${path} answered ${response.status}: ${problem.success ? problem.data.message : text}`)
  }
}
