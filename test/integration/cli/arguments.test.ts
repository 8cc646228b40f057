import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDataFolder } from '#node/cli/instance-lock.ts'
import { runProgram } from '#test/support/program.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-cli-'))
  writeFileSync(join(dir, 'empty.ogg'), '')
  writeFileSync(join(dir, 'song.ogg'), 'not music, but not empty')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('a wrong command line', () => {
  it.each([
    [['start', '--port', 'x'], '--port is "x"'],
    [['start', '--frobnicate'], "unknown option '--frobnicate'"],
    [['perform'], "unknown command 'perform'"],
    [['publish'], "missing required argument 'files'"],
    [['publish', 'song.ogg', '--splits', 'a=50,b=40'], 'The splits total 90 %.'],
    [['publish', 'song.ogg', '--isrc', 'nonsense'], 'An ISRC has 12 characters'],
    [['publish', 'song.ogg', '--upc', '123'], 'A UPC has 12 digits'],
    [['unpublish', 'twelve'], '"twelve" is no release id'],
    [['export', 'twelve', '-o', 'x.car'], '"twelve" is no release id'],
    [['start', '--bootstrap', '/nowhere/7'], 'expected a multiaddr'],
    [['start', '--bootstrap', '/ip4/192.0.2.7/tcp/4748'], 'that ends with /p2p/'],
    [['export'], "required option '-o, --output <FILE>'"],
    [['credit', 'ada', '5'], 'fan key of 64 hex digits'],
    [['receipts', '-n', '0'], 'Expected 1 to 1000'],
  ])('%j is answered by one or two plain lines and exit code 2', async (args, sentence) => {
    const { code, stdout, stderr } = await runProgram(args, { env: { BANDSTAND_DATA: dir } })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
  })
})

describe('a command that cannot be done now', () => {
  it.each([
    [['peers'], 'Start it first: npm start'],
    [['publish', 'nowhere.ogg'], 'There is no file nowhere.ogg.'],
    [['publish', '/dev/null/../../etc'], 'is not a file'],
    [['identity', 'show'], 'no identity here yet'],
  ])('%j says what to do in one line', async (args, sentence) => {
    const { code, stderr } = await runProgram(args, { env: { BANDSTAND_DATA: dir } })
    expect(code).not.toBe(0)
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('an empty file is refused before anything is sent', async () => {
    const { code, stderr } = await runProgram(['publish', join(dir, 'empty.ogg'), '--data', dir])
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('is empty (0 bytes)') })
  })

  it('a second start on a folder in use says so and exits 1', async () => {
    const unlock = lockDataFolder(dir)
    const { code, stdout, stderr } = await runProgram(['start', '--data', dir, '--port', '0'])
    unlock()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      `A stage is already running on ${dir}. Stop it first, or choose another folder with --data DIR.\n`,
    )
  })

  it('a folder that cannot be written to is named', async () => {
    const { code, stderr } = await runProgram(['start', '--data', '/proc/bandstand', '--port', '0'])
    expect(code).toBe(1)
    expect(stderr).toContain('The data folder /proc/bandstand cannot be used')
  })
})
