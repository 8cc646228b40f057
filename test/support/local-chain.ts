import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ROOT } from './house.ts'

const STARTED = /JSON-RPC server at (http:\/\/127\.0\.0\.1:\d+)/
const START_MS_MAX = 60_000

/** The real thing, as its own process on a free port of this machine alone; nothing of it is downloaded. */
export function startChain(): Promise<{ child: ChildProcess; rpc: string }> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('hardhat/package.json')), 'dist/src/cli.js')
  const config = join(ROOT, 'contracts/hardhat.config.ts')
  const child = spawn(process.execPath, [cli, '--config', config, 'node', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: ROOT,
    env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    const give = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`The local chain did not start: ${said}`))
    }, START_MS_MAX)
    const read = (chunk: Buffer): void => {
      if (said.length > 100_000) return
      said += chunk.toString('utf8')
      const rpc = STARTED.exec(said)?.[1]
      if (rpc === undefined) return
      clearTimeout(give)
      resolve({ child, rpc })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', code => reject(new Error(`The local chain ended with ${code}: ${said}`)))
  })
}
