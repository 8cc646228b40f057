import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Sealed } from '#node/ports/unlocks.ts'
import { transaction } from './database.ts'

/** Copies a file and syncs it: the upload it came from is removed afterwards. */
async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  const handle = await open(to, 'r+')
  await handle.sync()
  await handle.close()
}

/** Originals that are sold lie in `originals/<release>/`, named by number, so that no name of theirs matters to the disk. */
export function createSealed(db: DatabaseSync, dataDir: string): Sealed {
  const folder = join(dataDir, 'originals')
  const list = db.prepare(
    'SELECT track, name, media_type AS mediaType, bytes, file FROM originals WHERE release = ? ORDER BY track',
  )
  const add = db.prepare('INSERT OR REPLACE INTO originals VALUES (?, ?, ?, ?, ?, ?)')
  const forget = db.prepare('DELETE FROM originals WHERE release = ?')
  return {
    async keep(release, files) {
      const target = join(folder, release)
      const making = `${target}.new`
      await rm(making, { recursive: true, force: true })
      await mkdir(making, { recursive: true, mode: 0o700 })
      for (const { track, file } of files) await copyDurably(file, join(making, String(track)))
      await rm(target, { recursive: true, force: true })
      await rename(making, target)
      transaction(db, () => {
        for (const { track, name, mediaType, bytes } of files)
          add.run(release, track, name, mediaType, bytes, String(track))
      })
    },
    of: release =>
      (list.all(release) as { track: number; name: string; mediaType: string; bytes: number; file: string }[]).map(
        row => ({ ...row, file: join(folder, release, row.file) }),
      ),
    async remove(release) {
      forget.run(release)
      await rm(join(folder, release), { recursive: true, force: true })
    },
    async sweep(isWanted) {
      const names = await readdir(folder).catch(() => [])
      for (const name of names)
        if (!isWanted(name)) {
          forget.run(name)
          await rm(join(folder, name), { recursive: true, force: true })
        }
    },
  }
}
