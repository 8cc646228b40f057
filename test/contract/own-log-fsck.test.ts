import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { channel, furnish, must, ownLogFolders, voucher } from '#test/support/own-log-world.ts'

const folders = ownLogFolders()
afterEach(() => folders.remove())

/** 300 entries and more: full tiles, files and a snapshot. */
async function soundFolder(): Promise<string> {
  const folder = folders.folder()
  const log = folders.open(folder)
  await furnish(log)
  await Promise.all(Array.from({ length: 300 }, (_, at) => log.voucher(voucher(channel, BigInt(at + 1)))))
  must(log.commit(0))
  must(await log.voucher(voucher(channel, 400n)))
  must(await log.closePeriod())
  must(log.commit(0))
  await log.close()
  return folder
}

function edit(folder: string, sql: string): void {
  const db = new DatabaseSync(join(folder, 'ledger.db'))
  db.exec(sql)
  db.close()
}

/** One byte of the file, flipped. */
function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

const SMUDGE = "CAST(substr(X, 1, 40) || x'ff' || substr(X, 42) AS BLOB)"
const smudge = (column: string): string => SMUDGE.replaceAll('X', column)

const DAMAGES: readonly (readonly [what: string, fault: RegExp, damage: (folder: string) => void])[] = [
  ['a changed entry', /entry 100/i, f => edit(f, `UPDATE entry SET body = ${smudge('body')} WHERE idx = 100`)],
  ['a missing entry', /Entry 100 is missing/, f => edit(f, 'DELETE FROM entry WHERE idx = 100')],
  [
    'lost last entries',
    /the entries end before|older copy|known as executed|tiles/,
    f => edit(f, 'DELETE FROM entry WHERE idx > 290'),
  ],
  [
    'other lines beside a receipt',
    /lines kept beside entry 50/,
    f => edit(f, `UPDATE entry SET lines = ${smudge('lines')} WHERE idx = 50`),
  ],
  ['a forgotten order', /entry 70 is not known as executed/, f => edit(f, 'DELETE FROM executed WHERE idx = 70')],
  [
    'an order that was never executed',
    /are known as executed/,
    f => edit(f, 'INSERT INTO executed VALUES (1, randomblob(32), 9)'),
  ],
  [
    'another hash in a tile',
    /Tile 0 of level 0/,
    f => edit(f, `UPDATE tile SET hashes = ${smudge('hashes')} WHERE level = 0`),
  ],
  [
    'another hash in a growing tile',
    /Tile 0 of level 1/,
    f => edit(f, 'UPDATE tile SET hashes = zeroblob(32) WHERE level = 1'),
  ],
  ['a tile too many', /The database holds 3 tiles/, f => edit(f, 'INSERT INTO tile VALUES (1, 0, 7, zeroblob(32))')],
  [
    'another state in a snapshot',
    /snapshot at/,
    f => edit(f, "UPDATE snapshot SET body = CAST(substr(body, 1, length(body) - 1) || x'ee' AS BLOB)"),
  ],
  ['a head of another root', /checkpoint of size/, f => edit(f, 'UPDATE head SET root = zeroblob(32) WHERE size > 0')],
  [
    'a head that was not signed',
    /not signed by this community/,
    f => edit(f, "UPDATE head SET note = replace(note, 'A', 'B') WHERE size > 0"),
  ],
  [
    'a head above the entries',
    /entries end before it/,
    f => edit(f, 'UPDATE head SET size = size + 5 WHERE size > 305'),
  ],
  ['a changed tile file', /tile.0.000/, f => flip(join(f, 'log/tile/0/000'), 77)],
  ['a changed bundle', /tile.entries.000/, f => flip(join(f, 'log/tile/entries/000'), 77)],
]

describe('fsck', () => {
  it('proves a sound folder, and says what it read', async () => {
    const report = await folders.fsck(await soundFolder())
    expect(report).toMatchObject({ fault: null, notices: [], entries: 308, signedSize: 308, finalSize: 308 })
    expect(report.checked.join('\n')).toMatch(
      /signatures verified: 304[\s\S]*files on the disk.*: 2[\s\S]*snapshots.*: 1/,
    )
  })

  it.each(DAMAGES)('names %s', async (_what, fault, damage) => {
    const folder = await soundFolder()
    damage(folder)
    expect((await folders.fsck(folder)).fault).toMatch(fault)
  })

  it('finds a forged signature that the rules alone would let pass', async () => {
    const folder = await soundFolder()
    edit(folder, "UPDATE entry SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE idx = 200")
    expect((await folders.fsck(folder)).fault).not.toBeNull()
  })

  it('calls a missing tile file no damage: the next start writes it', async () => {
    const folder = await soundFolder()
    rmSync(join(folder, 'log/tile'), { recursive: true })
    expect(await folders.fsck(folder)).toMatchObject({
      fault: null,
      notices: [expect.stringContaining('2 tile files')],
    })
    const log = folders.open(folder)
    await log.close()
    expect(readdirSync(join(folder, 'log/tile')).sort()).toEqual(['0', 'entries'])
    expect(await folders.fsck(folder)).toMatchObject({ fault: null, notices: [] })
  })

  it('reads beside a running log, as it was at one moment', async () => {
    const folder = await soundFolder()
    const log = folders.open(folder)
    const report = folders.fsck(folder)
    must(await log.voucher(voucher(channel, 500n)))
    must(log.commit(0))
    expect(await report).toMatchObject({ fault: null, entries: 308 })
  })

  it('says when there is no ledger', async () => {
    await expect(folders.fsck(folders.folder())).rejects.toMatchObject({ code: 'not-found' })
  })

  it('still opens a log whose snapshot is damaged, by replaying it', async () => {
    const folder = await soundFolder()
    edit(folder, 'UPDATE snapshot SET body = substr(body, 1, 100)')
    const log = folders.open(folder)
    expect([log.size(), log.state().kind]).toEqual([308, 'running'])
  })
})
