import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StageError } from '#node/errors.ts'
import type { CliContext } from './context.ts'
import { clean } from './format.ts'

/** Writes a new file; never over one that is there. */
export async function saveFile(context: CliContext, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(resolve(context.cwd, path), bytes, { flag: 'wx' })
  } catch (cause) {
    const taken = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    const why = taken ? 'is there already, and nothing is written over' : 'cannot be written'
    throw new StageError(taken ? 'conflict' : 'bad-arguments', `${clean(path)} ${why}.`, { cause })
  }
}
