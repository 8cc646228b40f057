import { fork } from 'node:child_process'
import { join } from 'node:path'

/** Starts the bare broadcaster in its own process. */
export async function startBare() {
  const child = fork(join(import.meta.dirname, 'bare.ts'))
  const { url, path } = await new Promise<{ url: string; path: string }>((resolve, reject) => {
    child.once('message', message => resolve(message as { url: string; path: string }))
    child.once('exit', code => reject(new Error(`the bare server ended with ${code}`)))
  })
  return {
    url,
    path,
    pid: child.pid ?? -1,
    say: (_n: number, text: string) => fetch(url, { method: 'POST', body: JSON.stringify({ text }) }),
    stop: () => void child.kill('SIGKILL'),
  }
}
