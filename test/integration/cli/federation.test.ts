import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { runProgram } from '#test/support/program.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-federation-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const env = { BANDSTAND_DATA: '/nowhere', HOME: '/nowhere' }
const run = (...args: string[]) => runProgram(args, { env })
const members = ['a1', 'b2', 'c3', 'd4', 'e5'].flatMap((byte, at) => [
  '--member',
  `${byte.repeat(32)},Stage ${at},op${at},100`,
])

describe('federation', () => {
  it('proposes a charter that says who certifies whom, without a stage', async () => {
    const file = join(dir, 'charter')
    const { code, stdout } = await run(
      'federation',
      'propose',
      ...members,
      '--from',
      '2026-12-01T00:00:00Z',
      '--out',
      file,
    )
    expect(code).toBe(0)
    expect(stdout).toContain('Charter of epoch 1, from 2026-12-01 00:00 UTC, 5 communities')
    expect(stdout).toContain('Stage 0, run by op0, stake 100; certified by 3 of 4 seats; not signed here')
    expect(decodeSignedCharter(new Uint8Array(readFileSync(file)))).toMatchObject({
      ok: true,
      value: { charter: { epoch: 1 } },
    })
    const shown = await run('federation', 'show', file)
    expect({ code: shown.code, first: shown.stdout.split('\n')[0] }).toEqual({ code: 0, first: stdout.split('\n')[0] })
    const next = await run('federation', 'propose', ...members, '--after', file, '--out', join(dir, 'charter.2'))
    expect(next.stdout).toContain('Charter of epoch 2')
  })

  it.each([
    [['federation', 'propose', '--member', 'nonsense', '--out', 'x'], 2, 'write KEY,NAME,OPERATOR,STAKE'],
    [['federation', 'propose', ...members, '--seats', '5', '--out', 'x'], 2, '--seats is 1, 4, 7, 13 or 21.'],
    [['federation', 'propose', ...members, '--from', 'soon', '--out', 'x'], 2, '--from is a time'],
    [['federation', 'propose', ...members], 2, "required option '-o, --out <FILE>'"],
    [['federation', 'show', 'package.json'], 2, 'This is no charter'],
    [['federation', 'show'], 1, 'Start it first'],
    [['federation', 'join', 'nowhere'], 1, 'There is no file nowhere.'],
    [['agreement', 'sign', 'that'], 2, '"that" is no agreement'],
    [['agreement', 'show', 'ab'.repeat(32)], 1, 'Start it first'],
    [['agreement', 'propose', 'package.json'], 2, 'The terms cannot be used.'],
    [['agreement', 'dispute', 'ab'.repeat(32)], 2, "missing required argument 'party'"],
  ])('%j ends with %i and one plain line', async (args, code, sentence) => {
    const done = await run(...args)
    expect({ code: done.code, stdout: done.stdout }).toEqual({ code, stdout: '' })
    expect(done.stderr).toContain(sentence)
    expect(done.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('never writes over a file that is there', async () => {
    const file = join(dir, 'taken')
    writeFileSync(file, 'mine')
    const { code, stderr } = await run('federation', 'propose', ...members, '--out', file)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') })
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })
})
