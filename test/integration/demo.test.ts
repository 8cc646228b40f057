import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MAIN = join(import.meta.dirname, '../../node/demo/main.ts')

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-demo-test-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** The demo, with its folders below ours and the short clips of audio-lena. */
function startDemo() {
  const env = { ...process.env, TMPDIR: dir, XDG_CACHE_HOME: dir, BANDSTAND_MUSIC: '' }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let report = ''
  child.stdout.on('data', chunk => {
    report += chunk
  })
  return { child, exited: once(child, 'exit'), report: () => report }
}

describe('the demo', () => {
  it('tells the whole story between two stages, and leaves nothing behind', async () => {
    const { exited, report } = startDemo()
    const [code] = await exited
    expect(code, report()).toBe(0)
    expect(report()).toContain('All 13 steps done')
    expect(readdirSync(dir)).toEqual([])
  })

  it('leaves nothing behind when it is interrupted', async () => {
    const { child, exited, report } = startDemo()
    while (!report().includes('two communities start')) await once(child.stdout, 'data')
    child.kill('SIGINT')
    expect(await exited).toEqual([1, null])
    expect(report()).toContain('it was interrupted')
    expect(readdirSync(dir)).toEqual([])
  })
})
