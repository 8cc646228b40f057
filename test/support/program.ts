import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const NODE = `${ROOT}node_modules/.bin/node`
const MAIN = `${ROOT}node/main.ts`

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the real program to its end, with `input` on standard input. */
export function runProgram(args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
  const child = spawn(NODE, [MAIN, ...args], { stdio: 'pipe', env: { ...process.env, ...options.env } })
  return new Promise<Finished>((resolve, reject) => {
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', chunk => {
      stdout += chunk
    })
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
  })
}
