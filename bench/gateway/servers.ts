import { type ChildProcess, fork, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { load, type Target } from './load.ts'

/** Linux counts CPU time in ticks of 10 ms (`getconf CLK_TCK`). */
const TICK_SECONDS = 0.01

export interface Contender extends Target {
  /** CPU seconds spent so far by the server and its children. */
  cpu(): number
  rssMb(): number
  stop(): Promise<void>
}

function ended(child: ChildProcess): Promise<unknown> {
  return child.exitCode === null ? new Promise(resolve => child.once('exit', resolve)) : Promise.resolve()
}

function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** The process and its direct children: nginx works in a child. */
function familyOf(pid: number): number[] {
  const children = readdirSync('/proc').filter(name => {
    try {
      return /^\d+$/.test(name) && statOf(Number(name))[1] === String(pid)
    } catch {
      return false
    }
  })
  return [pid, ...children.map(Number)]
}

function meter(pid: number): Pick<Contender, 'cpu' | 'rssMb'> {
  const family = familyOf(pid)
  const ticks = (id: number) => Number(statOf(id)[11]) + Number(statOf(id)[12])
  const rss = (id: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'latin1'))?.[1]) / 1024
  return {
    cpu: () => family.reduce((sum, id) => sum + ticks(id), 0) * TICK_SECONDS,
    rssMb: () => family.reduce((sum, id) => sum + rss(id), 0),
  }
}

/** Starts a Node program of this folder and waits until it says where it listens. */
export async function startNode(program: string, args: readonly string[]): Promise<Contender> {
  const child = fork(join(import.meta.dirname, program), [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const target = await new Promise<Target>((resolve, reject) => {
    child.once('message', message => resolve(message as Target))
    child.once('exit', code => reject(new Error(`${program} ended with ${code} before it listened`)))
  })
  const stop = async () => {
    if (child.connected) child.send('stop')
    await ended(child)
  }
  return { ...target, ...meter(child.pid!), stop }
}

const NGINX = '/usr/sbin/nginx'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Debian's nginx with one worker and `sendfile`, its usual way with files; `null` where it is not installed. */
export async function startNginx(dir: string, file: string): Promise<Contender | null> {
  if (!existsSync(NGINX)) return null
  await mkdir(dir, { recursive: true })
  const port = await freePort()
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${dir}/${name};`)
  const conf = [
    `daemon off; pid ${dir}/nginx.pid; error_log ${dir}/error.log; worker_processes 1; user root;`,
    'events { worker_connections 1024; }',
    `http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; ${paths.join(' ')}`,
    `  server { listen 127.0.0.1:${port}; root ${dirname(file)}; } }`,
  ]
  await writeFile(join(dir, 'nginx.conf'), conf.join('\n'))
  const child = spawn(NGINX, ['-e', `${dir}/error.log`, '-c', `${dir}/nginx.conf`], { stdio: 'ignore' })
  const target = { port, path: file.slice(dirname(file).length) }
  await answering(target, child)
  const stop = async () => {
    child.kill('SIGQUIT')
    await ended(child)
  }
  return { ...target, ...meter(child.pid!), stop }
}

async function answering(target: Target, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    const once = { connections: 1, requests: 1, range: () => [0, 0] as const }
    if (
      await load(target, once).then(
        () => true,
        () => false,
      )
    )
      return
    await sleep(50)
  }
  throw new Error('nginx did not start')
}
