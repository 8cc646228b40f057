import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { testAuthor } from '#test/support/author.ts'
import { ProblemError } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const ROOT = join(import.meta.dirname, '../..')
const folders: string[] = []

/** A small disk of its own, or null where this user may not mount one. */
function mountDisk(options: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'bandstand-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  folders.push(folder)
  return folder
}

const small = mountDisk('size=32m')
const readOnly = mountDisk('size=1m,ro')
if (small === null || readOnly === null)
  console.log('Small disks cannot be mounted here: the full-disk tests are skipped.')

afterAll(() => {
  for (const folder of folders) {
    execFileSync('umount', [folder], { stdio: 'ignore' })
    rmSync(folder, { recursive: true })
  }
})

function run(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, ['node/main.ts', ...args], { cwd: ROOT, timeout: 60_000 }, (error, _stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr })
    })
  })
}

describe.skipIf(small === null || readOnly === null)('a disk that fails its stage', () => {
  it('read-only: the start says so in a sentence and ends with a code', async () => {
    const { code, stderr } = await run(['start', '--data', join(readOnly ?? '', 'stage'), '--port', '0'])
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/cannot be|read-only|permission/i)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('full: what does not fit is refused with a code, nothing acknowledged is lost, and it goes on when there is room', async () => {
    const disk = small ?? ''
    const stage = await StageProcess.start(join(disk, 'stage'), ['--name', 'Small'])
    const filler = join(disk, 'filler')
    const fan = testAuthor(1)
    try {
      const { community } = await stage.client.stage()
      const kept = [(await stage.client.chat(fan, community, 'while there is room')).id]
      await expect(stage.client.upload('big.wav', new Uint8Array(64))).rejects.toMatchObject({
        code: 'disk-full',
        status: 507,
      })

      const free = statfsSync(disk)
      writeFileSync(filler, new Uint8Array(free.bavail * free.bsize - 65_536))
      let refusal: unknown = null
      for (let i = 0; i < 400 && refusal === null; i++) {
        try {
          kept.push((await stage.client.chat(testAuthor(2 + i), community, `${i} ${'x'.repeat(1_500)}`)).id)
        } catch (cause) {
          refusal = cause
        }
      }
      expect(refusal).toBeInstanceOf(ProblemError)
      expect(refusal).toMatchObject({ code: 'disk-full', status: 507 })

      rmSync(filler)
      kept.push((await stage.client.chat(fan, community, 'room again')).id)
      const held = async () => new Set((await stage.client.messages(community, 'main', 200)).map(message => message.id))
      const before = await held()
      expect(kept.filter(id => !before.has(id))).toEqual([])
      await stage.stop()
      const again = await StageProcess.start(join(disk, 'stage'))
      try {
        const after = new Set((await again.client.messages(community, 'main', 200)).map(message => message.id))
        expect(kept.filter(id => !after.has(id))).toEqual([])
      } finally {
        await again.stop()
      }
    } finally {
      await stage.stop()
    }
  })
})
