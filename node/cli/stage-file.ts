import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StageError } from '#node/errors.ts'
import { isLocked, unusableFolder } from './instance-lock.ts'

/** Where the running stage of a data folder listens. */
export interface StageFile {
  readonly pid: number
  readonly url: string
}

const path = (dataDir: string): string => join(dataDir, 'stage.json')

/** Replaces the file in one step, readable by this user alone. */
export function writeStageFile(dataDir: string, stage: StageFile): void {
  const draft = `${path(dataDir)}.${randomUUID()}`
  try {
    writeFileSync(draft, `${JSON.stringify(stage)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(draft, path(dataDir))
  } catch (cause) {
    rmSync(draft, { force: true })
    throw unusableFolder(dataDir, cause)
  }
}

export function removeStageFile(dataDir: string): void {
  rmSync(path(dataDir), { force: true })
}

/**
 * The stage that runs on this folder now. A file left by a crash is not believed: the operator's token must never be
 * sent to whatever listens on that port today. Throws `StageError` 'not-running'.
 */
export function readStageFile(dataDir: string): StageFile {
  try {
    if (isLocked(dataDir)) {
      const { pid, url } = JSON.parse(readFileSync(path(dataDir), 'utf8')) as StageFile
      if (Number.isInteger(pid) && URL.canParse(url)) return { pid, url }
    }
  } catch {
    // Missing or unreadable: the same answer as a stage that has not finished starting.
  }
  const message = `No stage is running on ${dataDir}. Start it first: npm start -- --data ${dataDir}`
  throw new StageError('not-running', message)
}
