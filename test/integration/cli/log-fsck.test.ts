import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDataFolder } from '#node/cli/instance-lock.ts'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { loadOrCreateIdentity } from '#node/identity/key-file.ts'
import { createOwnLog } from '#node/store/ledger/own/create.ts'
import { must, rules } from '#test/support/own-log-world.ts'
import { runProgram } from '#test/support/program.ts'

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-fsck-'))
  const { signer, publicKey: issuer } = await loadOrCreateIdentity(dir)
  const asset = { code: 'TEST', scale: 2, issuer }
  const clock = { nowMs: () => Date.now() }
  const log = createOwnLog({ dataDir: dir, signer, hasher, verifier, clock, rules, asset })
  must(log.commit(0))
  await log.close()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const fsck = (...more: string[]) => runProgram(['log', 'fsck', '--data', dir, ...more])

describe('bandstand log fsck', () => {
  it('says what it read again, and ends with 0', async () => {
    const { code, stdout, stderr } = await fsck()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/2 entries, signed 2, final 2[\s\S]*each valid after the ones before it: 2/)
  })

  it('says so when a stage runs on the folder, and reads beside it', async () => {
    const unlock = lockDataFolder(dir)
    try {
      const { code, stdout } = await fsck('--json')
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ fault: null, running: true, entries: 2 })
      expect((await fsck()).stdout).toMatch(/A stage runs on this folder/)
    } finally {
      unlock()
    }
  })

  it('names what is wrong in one line, and ends with 1', async () => {
    const water = join(dir, 'log', 'high-water')
    const note = readFileSync(water, 'utf8')
    const file = join(dir, 'ledger.db')
    const bytes = readFileSync(file)
    const at = bytes.indexOf('commit')
    bytes[at + 12] = (bytes[at + 12] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const { code, stderr } = await fsck()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The ledger is NOT sound\. .+\n$/)
    expect(readFileSync(water, 'utf8')).toBe(note)
  })

  it('refuses the ledger of a trial version as the stage does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bandstand-fsck-trial-'))
    try {
      await loadOrCreateIdentity(folder)
      const db = new DatabaseSync(join(folder, 'ledger.db'))
      db.exec('CREATE TABLE earned (log INTEGER)')
      db.close()
      const { code, stderr } = await runProgram(['log', 'fsck', '--data', folder])
      expect(code).toBe(1)
      expect(stderr).toMatch(/holds the test ledger of a trial version/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('ends with 1 where there is no stage', async () => {
    const { code, stderr } = await runProgram(['log', 'fsck', '--data', join(dir, 'nowhere')])
    expect(code).toBe(1)
    expect(stderr).toMatch(/There is no stage in/)
  })
})
