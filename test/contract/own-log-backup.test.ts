import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { replaceFile } from '#node/store/ledger/own/durable-file.ts'
import { signNote } from '#node/store/ledger/own/note.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import {
  channel,
  community,
  desk,
  fan,
  furnish,
  must,
  type OwnLog,
  ownLogFolders,
  tip,
  voucher,
} from '#test/support/own-log-world.ts'

const folders = ownLogFolders()
afterEach(() => folders.remove())

const file = (folder: string): string => join(folder, 'ledger.db')
const highWater = (folder: string): string => join(folder, 'log', 'high-water')

let spent = 0n
async function grow(log: OwnLog, count: number): Promise<void> {
  for (let left = count; left > 0; left--) must(await log.voucher(voucher(channel, ++spent)))
  must(log.commit(0))
}

/** A folder whose database was copied aside at its first head, and then went on. */
async function withBackup() {
  const folder = folders.folder()
  const log = folders.open(folder)
  await furnish(log)
  await grow(log, 3)
  await log.close()
  const backup = join(folder, 'backup.db')
  copyFileSync(file(folder), backup)
  const water = readFileSync(highWater(folder))
  const later = folders.open(folder)
  await grow(later, 5)
  const { note } = later.submission(0)
  await later.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file(folder)}${suffix}`, { force: true })
  copyFileSync(backup, file(folder))
  return { folder, note, restoreWater: () => writeFileSync(highWater(folder), water) }
}

async function expectHalted(log: OwnLog): Promise<void> {
  expect(log.state().kind).toBe('halted')
  const made = tip(fan, 1n)
  expect(await log.order(made.envelope, made.id)).toMatchObject({ ok: false, error: { code: 'log-halted' } })
  expect(log.commit(0)).toMatchObject({ ok: false, error: { code: 'log-halted' } })
  expect(await log.closePeriod()).toMatchObject({ ok: false, error: { code: 'log-halted' } })
}

describe('a restored backup', () => {
  it('is noticed at the start, when the database alone is older, and signs nothing', async () => {
    const { folder } = await withBackup()
    const log = folders.open(folder)
    const before = log.size()
    await expectHalted(log)
    expect(log.state().reason).toMatch(/older copy/)
    expect([log.size(), log.record(1)?.kind]).toEqual([before, 'agreement'])
    await log.close()
    expect((await folders.fsck(folder)).fault).toMatch(/older copy/)
  })

  it('is noticed by the first newer note that comes back, when the whole folder is older, and stays halted', async () => {
    const { folder, note, restoreWater } = await withBackup()
    restoreWater()
    const log = folders.open(folder)
    expect(log.state().kind).toBe('running')
    log.seen(note)
    await expectHalted(log)
    await log.close()
    await expectHalted(folders.open(folder))
  })

  it('is noticed also when it went on and outgrew the note of the lost history', async () => {
    const { folder, note, restoreWater } = await withBackup()
    restoreWater()
    const log = folders.open(folder)
    spent += 1_000n
    await grow(log, 20)
    log.seen(note)
    await expectHalted(log)
    expect(log.state().reason).toMatch(/another history/)
    await log.close()
    await expectHalted(folders.open(folder))
  })

  it('does not begin anew where the database is missing but the note beside it is not', async () => {
    const { folder } = await withBackup()
    rmSync(file(folder))
    expect(() => folders.open(folder)).toThrow(expect.objectContaining({ code: 'conflict' }))
    expect(existsSync(file(folder))).toBe(false)
  })
})

describe('a note that comes back', () => {
  it('halts nothing when it is of this history, by another key, or no note at all', async () => {
    const log = folders.open(folders.folder())
    await furnish(log)
    const first = must(log.commit(0))?.note ?? ''
    const made = tip(fan, 1n)
    must(await log.order(made.envelope, made.id))
    must(log.commit(0))
    const root = hasher.sha256(Uint8Array.of(1))
    const stranger = { hasher, signer: { publicKey: community, sign: () => new Uint8Array(64) } }
    for (const note of [first, log.checkpoint(), 'nonsense', signNote(stranger, originOf(community), 99, root)])
      log.seen(note)
    expect(log.state().kind).toBe('running')
  })

  it('halts the log when it has the same size and another root, or is of a later generation', async () => {
    const root = hasher.sha256(Uint8Array.of(1))
    for (const [origin, size] of [
      [originOf(community), 0],
      [originOf(community, 2), 0],
    ] as const) {
      const log = folders.open(folders.folder())
      log.seen(signNote({ hasher, signer: desk }, origin, size, root))
      await expectHalted(log)
    }
  })
})

describe('a log that is changed under its process', () => {
  it('refuses to go on when a second process appended', async () => {
    const folder = folders.folder()
    const [one, other] = [folders.open(folder), folders.open(folder)]
    await furnish(one)
    must(one.commit(0))
    await expectHaltedAfterTry(other)
    expect(one.state().kind).toBe('running')
  })

  it('never signs a size again, whoever asks the database', async () => {
    const folder = folders.folder()
    const log = folders.open(folder)
    await furnish(log)
    must(log.commit(0))
    await log.close()
    const db = new DatabaseSync(file(folder))
    expect(() => db.exec("INSERT INTO head SELECT log, size, root, 'another', 0 FROM head")).toThrow(/UNIQUE/)
    db.close()
  })

  it('writes the file beside the database again when it is missing or torn', async () => {
    const folder = folders.folder()
    const log = folders.open(folder)
    await furnish(log)
    must(log.commit(0))
    await log.close()
    replaceFile(highWater(folder), Uint8Array.of(1, 2, 3), 0o600)
    const again = folders.open(folder)
    expect(again.state().kind).toBe('running')
    expect(readFileSync(highWater(folder), 'utf8')).toBe(again.checkpoint())
  })
})

async function expectHaltedAfterTry(log: OwnLog): Promise<void> {
  const made = tip(fan, 1n)
  expect(await log.order(made.envelope, made.id)).toMatchObject({ ok: false, error: { code: 'log-halted' } })
  await expectHalted(log)
}
