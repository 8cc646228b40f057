import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROOT } from '#test/support/house.ts'

/** A small house with this one's own compiler settings. */
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-floors-'))
  for (const file of [
    'tsconfig.base.json',
    'package.json',
    'protocols/tsconfig.json',
    'src/tsconfig.json',
    'node/tsconfig.json',
  ])
    put(file, readFileSync(join(ROOT, file), 'utf8'))
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
  put('protocols/wire.ts', 'export const wire = 1\n')
  put('src/kernel/rule.ts', "import { wire } from '#protocols/wire.ts'\nexport const rule = wire\n")
  put('node/store/disk.ts', "import { rule } from '#src/kernel/rule.ts'\nexport const disk = rule\n")
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true })
  writeFileSync(join(dir, path), text)
}

const compile = (floor: string) =>
  spawnSync(join(ROOT, 'node_modules/.bin/node'), [join(ROOT, 'node_modules/.bin/tsc'), '-b', floor], {
    cwd: dir,
    encoding: 'utf8',
  })

describe('the compiler', () => {
  it('accepts imports that go down', () => {
    const { status, stdout } = compile('node')
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })

  it.each([
    ['src', 'src/kernel/up.ts', "import { disk } from '#node/store/disk.ts'\nexport const up = disk\n", 'TS6307'],
    [
      'protocols',
      'protocols/up.ts',
      "import { rule } from '../src/kernel/rule.ts'\nexport const up = rule\n",
      'TS6307',
    ],
    ['src', 'src/kernel/fs.ts', "import { readFileSync } from 'node:fs'\nexport const read = readFileSync\n", 'TS2591'],
    ['protocols', 'protocols/now.ts', 'export const home = process.env.HOME\n', 'TS2591'],
    ['src', 'src/kernel/wait.ts', 'export const wait = () => setTimeout(() => 0, 1)\n', 'TS2304'],
    ['node', 'node/store/kind.ts', 'export enum Kind { A }\n', 'TS1294'],
  ])('refuses on floor %s what %s does', (floor, path, text, code) => {
    put(path, text)
    const { status, stdout } = compile(floor)
    expect(status).not.toBe(0)
    expect(stdout).toContain(code)
  })
})
