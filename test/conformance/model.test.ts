import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined

const missing = ['spin', 'gcc'].filter(program => !has(program))
if (missing.length > 0) console.log(`not installed, so the models are not checked: ${missing.join(', ')}`)

/** Searches every state of a model and answers what the verifier printed. */
function search(model: string, macros: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'bandstand-model-'))
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    cpSync(new URL(`../../docs/spec/${model}`, import.meta.url), join(folder, model))
    run('spin', ...macros.map(macro => `-D${macro}`), '-a', model)
    run('gcc', '-O2', '-w', '-DSAFETY', '-o', 'pan', 'pan.c')
    return run(join(folder, 'pan'), '-m100000')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const EXHAUSTED = /errors: 0\b/
const BROKEN = /assertion violated[\s\S]*errors: 1\b/
const CUT_SHORT = /Search not completed|max search depth too small|error: /

describe.skipIf(missing.length > 0)('the models of the committee', () => {
  it.each(['handover.pml', 'closing.pml'])('%s holds its claims in every state there is', model => {
    const told = search(model)
    expect(told).toMatch(EXHAUSTED)
    expect(told).not.toMatch(CUT_SHORT)
    expect(told).toMatch(/Full statespace search/)
  })

  it.each([
    ['handover.pml', 'FLAW'],
    ['closing.pml', 'FLAW=1'],
    ['closing.pml', 'FLAW=2'],
  ])('%s is caught with its deliberate flaw %s', (model, flaw) => {
    expect(search(model, [flaw])).toMatch(BROKEN)
  })

  it.each(['handover.pml', 'closing.pml'])('%s reaches the certificates that its claims are about', model => {
    expect(search(model, ['REACH'])).toMatch(BROKEN)
  })
})
