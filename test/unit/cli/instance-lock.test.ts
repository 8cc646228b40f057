import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isLocked, lockDataFolder } from '#node/cli/instance-lock.ts'
import { readStageFile, writeStageFile } from '#node/cli/stage-file.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('a data folder', () => {
  it('belongs to one stage at a time, and is free again after it', () => {
    const unlock = lockDataFolder(dir)
    expect(isLocked(dir)).toBe(true)
    expect(() => lockDataFolder(dir)).toThrow(expect.objectContaining({ code: 'already-running' }))
    unlock()
    expect(isLocked(dir)).toBe(false)
    lockDataFolder(dir)()
  })

  it('is created for this user alone', () => {
    for (const inner of [join(dir, 'a', 'b'), join(dir, 'c')]) {
      lockDataFolder(inner)()
      expect(statSync(inner).mode & 0o777).toBe(0o700)
    }
    expect(statSync(join(dir, 'a')).mode & 0o777).toBe(0o700)
  })

  it('that cannot be one is refused with a reason and the way out', () => {
    const file = join(dir, 'file')
    writeFileSync(file, '')
    for (const path of [file, join(file, 'below'), '/proc/bandstand'])
      expect(() => lockDataFolder(path)).toThrow(/cannot be used: .* Choose another with --data DIR\./)
  })

  it('is only spoken to while a stage holds it, whatever a crash left behind', () => {
    writeStageFile(dir, { pid: process.pid, url: 'http://127.0.0.1:1' })
    expect(() => readStageFile(dir)).toThrow(`Start it first: npm start -- --data ${dir}`)
    const unlock = lockDataFolder(dir)
    expect(readStageFile(dir)).toEqual({ pid: process.pid, url: 'http://127.0.0.1:1' })
    expect(statSync(join(dir, 'stage.json')).mode & 0o777).toBe(0o600)
    unlock()
  })
})
