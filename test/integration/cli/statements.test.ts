import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toString as toText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDataFolder } from '#node/cli/instance-lock.ts'
import { writeStageFile } from '#node/cli/stage-file.ts'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type { LogCopies } from '#node/ports/ledger.ts'
import { createMemoryRegistry } from '#node/registry/memory-registry.ts'
import { createActs } from '#node/stage/acts.ts'
import { createStatements } from '#node/stage/statements.ts'
import { encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { NO_TITLES } from '#src/royalties/statements/book.ts'
import { type HttpStage, openHttpStage, TOKEN } from '#test/support/http-stage.ts'
import {
  agreement,
  asset,
  community,
  desk,
  fan,
  furnish,
  must,
  type OwnLog,
  ownLogFolders,
  RELEASE,
  rules,
  tip,
} from '#test/support/own-log-world.ts'
import { runProgram } from '#test/support/program.ts'

const HEX = toText(community, 'base16')
const HASH = toText(agreement, 'base16')
const folders = ownLogFolders()
let dir: string
let log: OwnLog
let http: HttpStage
let unlock: () => void
const at = (name: string): string => join(dir, name)
const run = (...args: string[]) => runProgram(args, { env: { BANDSTAND_DATA: dir } })

/** A log with a closed month, behind the real HTTP side, and a data folder that says where it listens. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-cli-statements-'))
  log = folders.open(folders.folder())
  await furnish(log)
  const made = tip(fan, 1_000n)
  const { ack } = must(await log.order(made.envelope, made.id))
  must(log.commit(0))
  must(await log.closePeriod())
  must(log.commit(0))
  writeFileSync(at('ack'), ack)
  http = await openHttpStage()
  const registry = createMemoryRegistry({ clock: folders.clock, hasher })
  const base = { own: community, log, copies: {} as LogCopies, registry, rules, hasher, verifier, asset }
  const statements = createStatements({ ...base, titles: NO_TITLES, nameOf: () => 'The Pier' })
  const submit = async () => ({ id: HASH, status: 'accepted' as const, receipt: 9, ack: null })
  Object.assign(http.stage, { statements, acts: createActs({ signer: desk, submit }) })
  unlock = lockDataFolder(dir)
  writeStageFile(dir, { pid: process.pid, url: http.url })
  writeFileSync(at('operator-token'), TOKEN)
})
afterAll(async () => {
  unlock?.()
  await http?.close()
  await folders.remove()
  rmSync(dir, { recursive: true, force: true })
})

describe('statements from the command line', () => {
  it('a bundle that was asked for is verified by the next command', async () => {
    const asked = await run('statement', 'ana', '--period', '2026-05', '--format', 'bundle', '--out', at('ana.bundle'))
    expect({ code: asked.code, stderr: asked.stderr }).toEqual({ code: 0, stderr: '' })
    const verified = await run('verify', at('ana.bundle'), '--community', HEX)
    expect({ code: verified.code, stderr: verified.stderr }).toEqual({ code: 0, stderr: '' })
    expect(verified.stdout).toContain('6.00 TEST at the end')
  })

  it.each([
    ['csv', 'period,date,status,type'],
    ['dsr', '# DSR-shaped flat file'],
    ['ledger', `; bandstand.${HEX}/log, 2026-05, closed`],
    ['beancount', 'option "title"'],
  ])('%s is printed where no file is named', async (format, begins) => {
    const { code, stdout } = await run('statement', '--period', '2026-05', '--format', format)
    expect(code).toBe(0)
    expect(stdout).toContain(begins)
  })

  it('whatif says step by step who would get what', async () => {
    const { code, stdout } = await run('whatif', RELEASE, '--gross', '100')
    expect(code).toBe(0)
    expect(stdout).toContain('If 100 TEST came in under “A song”:')
    expect(stdout).toContain(' 1. 100.00 TEST is divided by the agreement “A song”.')
    expect(stdout).toContain('Nothing was paid')
  })

  it('explain tells a receipt in four parts', async () => {
    const { code, stdout } = await run('explain', `${HEX}/4`)
    expect(code).toBe(0)
    for (const part of ['What was paid', 'By which rule', 'Step by step', 'Who got what', 'How it is proven'])
      expect(stdout).toContain(part)
    expect(JSON.parse((await run('explain', `${HEX}/4`, '--json')).stdout)).toMatchObject({
      index: 4,
      gets: expect.any(Array),
    })
  })

  it('check-ack asks the stage, and believes only what the log signed', async () => {
    const { code, stdout } = await run('log', 'check-ack', at('ack'))
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Kept: the promised entry') })
  })

  it('an agreement is signed and disputed with the community’s key', async () => {
    expect((await run('agreement', 'sign', HASH)).stdout).toBe('Signed for the community, as entry 9 of the log.\n')
    expect((await run('agreement', 'dispute', HASH, 'ana')).stdout).toContain('The part of ana waits')
  })

  it('a charter is signed by the stage and never twice', async () => {
    const members = [{ community, name: 'The Pier', operator: 'us', stake: 1, address: null }]
    const charter = { network: 'bandstand', epoch: 1, previous: null, seats: 1, members, startsAt: 0 }
    writeFileSync(at('charter'), encodeSignedCharter({ charter, signatures: [] }))
    const signed = await run('federation', 'sign', at('charter'), '--out', at('charter.signed'))
    expect({ code: signed.code, stderr: signed.stderr }).toEqual({ code: 0, stderr: '' })
    expect(signed.stdout).toContain('certifies itself; signed')
    const again = await run('federation', 'sign', at('charter.signed'), '--out', at('twice'))
    expect({ code: again.code, stderr: again.stderr }).toEqual({
      code: 1,
      stderr: 'This community has signed this charter already.\n',
    })
  })

  it('a charter that does not name the community gets no signature of it', async () => {
    const members = [{ community: new Uint8Array(32).fill(9), name: 'Yard', operator: 'them', stake: 1, address: null }]
    const charter = { network: 'bandstand', epoch: 1, previous: null, seats: 1, members, startsAt: 0 }
    writeFileSync(at('foreign'), encodeSignedCharter({ charter, signatures: [] }))
    const { code, stderr } = await run('federation', 'sign', at('foreign'), '--out', at('foreign.signed'))
    expect(code).toBe(1)
    expect(stderr).toContain('does not name this community')
  })

  it.each([
    [['statement', 'nobody', '--period', '2026-05'], 'No agreement here has a party called "nobody".'],
    [['statement', 'ana', '--period', '2026-06', '--format', 'bundle', '--out', 'x'], 'is not closed yet'],
    [['whatif', 'ab'.repeat(32), '--gross', '1'], 'This log knows no such agreement'],
    [['explain', `${HEX}/999`], 'There is no entry number 999'],
  ])('%j is refused in one line', async (args, sentence) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('a file that is there is not written over', async () => {
    writeFileSync(at('mine'), 'mine')
    const { code } = await run('statement', 'ana', '--period', '2026-05', '--out', at('mine'))
    expect([code, readFileSync(at('mine'), 'utf8')]).toEqual([1, 'mine'])
  })
})
