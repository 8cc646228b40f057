import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReleaseDetail, ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { runProgram } from '#test/support/program.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const LENA = dirname(createRequire(import.meta.url).resolve('audio-lena'))

let dir: string
let stage: StageProcess
const path = (name: string): string => join(dir, name)
const bandstand = (...args: string[]) => runProgram([...args, '--data', path('stage')])

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-cli-'))
  copyFileSync(join(LENA, 'lena.ogg'), path('one.ogg'))
  copyFileSync(join(LENA, 'lena.flac'), path('two.flac'))
  stage = await StageProcess.start(path('stage'), ['--name', 'The Pier'])
})
afterAll(async () => {
  await stage.kill()
  rmSync(dir, { recursive: true, force: true })
})

async function untilPrinted(child: ChildProcess, pattern: RegExp): Promise<void> {
  let text = ''
  for await (const chunk of child.stderr ?? []) {
    text += chunk
    if (pattern.test(text)) return
  }
  throw new Error(`ended before it printed ${pattern}: ${text}`)
}

describe('a running stage and its command line', () => {
  it('leaves the way to it for this user alone', () => {
    for (const name of ['stage.json', 'operator-token'])
      expect(statSync(join(path('stage'), name)).mode & 0o777).toBe(0o600)
  })

  it.each(['status', 'storage', 'log', 'receipts', 'peers', 'releases'])(
    '%s answers people and programs',
    async command => {
      const human = await bandstand(command)
      expect(human).toMatchObject({ code: 0, stderr: '' })
      expect(human.stdout).not.toBe('')
      expect(JSON.parse((await bandstand(command, '--json')).stdout)).toBeTypeOf('object')
    },
  )

  it('refuses a second stage on the same folder', async () => {
    expect(await bandstand('start')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('already running'),
    })
  })

  it('says which port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const { code, stderr } = await runProgram(['start', '--data', path('other'), '--port', String(port)])
    server.close()
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${port} is in use`) })
  })

  it('publishes, exports, takes down and brings back a release', async () => {
    const made = await bandstand(
      ...['publish', path('one.ogg'), path('two.flac'), '--title', 'Two of Them', '--artist', 'Lena'],
      ...['--splits', 'ana=66.67,ben=33.33', '--isrc', 'QZ-ABC-26-00001', '--isrc', 'QZABC2600002', '--json'],
    )
    expect(made.code, made.stderr).toBe(0)
    expect(made.stderr).toMatch(/Sending one\.ogg {2}\[[#.]+\] {2}.* of .*B/)
    const release = JSON.parse(made.stdout) as ReleaseDetail
    expect(release).toMatchObject({ title: 'Two of Them', artist: 'Lena' })
    expect(release.tracks.map(track => track.isrc)).toEqual(['QZABC2600001', 'QZABC2600002'])
    expect(release.splits.map(({ party, shares }) => [party, shares])).toEqual([
      ['ana', 6667],
      ['ben', 3333],
    ])

    const car = path('two.car')
    expect(await bandstand('export', release.id, '-o', car)).toMatchObject({ code: 0 })
    expect(await bandstand('export', '-o', car)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('exists already'),
    })
    expect(await bandstand('unpublish', release.id, '--reason', 'a wrong master')).toMatchObject({ code: 0 })
    const listed = async () => JSON.parse((await bandstand('releases', '--json')).stdout) as ReleaseSummary[]
    expect(await listed()).toEqual([])
    expect(await bandstand('unpublish', release.id)).toMatchObject({ code: 1, stdout: '' })

    writeFileSync(path('broken.car'), readFileSync(car).subarray(0, 5_000))
    expect(await bandstand('import', path('broken.car'))).toMatchObject({ code: 1, stdout: '' })
    expect(readdirSync(dir).filter(name => name.startsWith('.'))).toEqual([])
  })

  it('credits an account, and shows the receipt', async () => {
    const account = 'ab'.repeat(32)
    expect(await bandstand('credit', account, '12.50', '--evidence', 'cash')).toMatchObject({ code: 0 })
    expect((await bandstand('receipts')).stdout).toMatch(/#\d+ The Pier .* 12\.50 TEST {2}(?:accepted|signed|final)/)
  })

  it('refuses a file that is no music, and one that is too large, in a sentence', async () => {
    writeFileSync(path('fake.mp3'), 'not music')
    writeFileSync(path('huge.wav'), '')
    truncateSync(path('huge.wav'), 10e9)
    for (const name of ['fake.mp3', 'huge.wav']) {
      const { code, stderr } = await bandstand('publish', path(name))
      expect(code).toBe(1)
      expect(stderr).not.toMatch(/\bat .*:\d+/)
    }
    rmSync(path('huge.wav'))
    expect(readdirSync(join(path('stage'), 'uploads'))).toEqual([])
  })

  it('leaves nothing behind when Ctrl+C interrupts an upload', async () => {
    writeFileSync(path('long.wav'), '')
    truncateSync(path('long.wav'), 1e9)
    const args = ['node/main.ts', 'publish', path('long.wav'), '--data', path('stage')]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const exited = once(child, 'exit')
    await untilPrinted(child, /Sending long\.wav/)
    child.kill('SIGINT')
    expect(await exited).toEqual([130, null])
    expect(readdirSync(join(path('stage'), 'uploads'))).toEqual([])
    rmSync(path('long.wav'))
  })

  it('is not believed to run after the plug was pulled, and starts again', async () => {
    await stage.kill()
    expect(existsSync(join(path('stage'), 'stage.json'))).toBe(true)
    expect(await bandstand('status')).toMatchObject({ code: 1, stderr: expect.stringContaining('Start it first') })
    stage = await StageProcess.start(path('stage'))
    expect((await bandstand('status')).stdout).toContain('The Pier')
  })

  it('ends with exit code 0 and without traces on SIGTERM', async () => {
    expect(await stage.stop()).toBe(0)
    expect(existsSync(join(path('stage'), 'stage.json'))).toBe(false)
  })
})

describe('a community', () => {
  it('moves to another folder with its passphrase and its archive, unchanged to the byte', async () => {
    const [from, to] = [path('stage'), path('moved')]
    const input = 'correct horse battery\n'
    const sealed = path('identity.txt')
    const first = await StageProcess.start(from)
    expect(await bandstand('publish', path('one.ogg'), '--title', 'Kept')).toMatchObject({ code: 0 })
    expect(await bandstand('export', '-o', path('all.car'))).toMatchObject({ code: 0 })
    expect(await runProgram(['identity', 'export', '-o', sealed, '--data', from], { input })).toMatchObject({ code: 0 })
    expect(statSync(sealed).mode & 0o777).toBe(0o600)
    expect(await first.stop()).toBe(0)

    const wrong = await runProgram(['identity', 'import', sealed, '--data', to], { input: 'wrong horse battery\n' })
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('passphrase does not open') })
    expect(await runProgram(['identity', 'import', sealed, '--data', to], { input })).toMatchObject({ code: 0 })
    const shown = await Promise.all([from, to].map(data => runProgram(['identity', 'show', '--data', data])))
    expect(shown[0]?.stdout).toContain('12D3KooW')
    expect(shown[0]?.stdout).toBe(shown[1]?.stdout)

    const second = await StageProcess.start(to)
    expect(await runProgram(['import', path('all.car'), '--data', to])).toMatchObject({ code: 0 })
    expect(await runProgram(['export', '-o', path('again.car'), '--data', to])).toMatchObject({ code: 0 })
    expect(await second.stop()).toBe(0)
    expect(readFileSync(path('again.car')).equals(readFileSync(path('all.car')))).toBe(true)
  })

  it('is never overwritten by an import', async () => {
    const input = 'correct horse battery\n'
    const again = await runProgram(['identity', 'import', path('identity.txt'), '--data', path('moved')], { input })
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('already has an identity') })
  })
})
