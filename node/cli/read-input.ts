import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StageError } from '#node/errors.ts'
import type { CliContext } from './context.ts'
import { clean } from './format.ts'

/** A file that somebody sent, whole. Refused before it is read when it cannot be what is expected. */
export async function readInput(context: CliContext, path: string, bytesMax: number): Promise<Uint8Array> {
  const name = clean(path)
  const info = await stat(resolve(context.cwd, path)).catch(() => null)
  if (info === null) throw new StageError('not-found', `There is no file ${name}.`)
  if (!info.isFile()) throw new StageError('bad-arguments', `${name} is not a file.`)
  if (info.size > bytesMax)
    throw new StageError('too-large', `${name} has ${info.size} bytes; what can be read here has at most ${bytesMax}.`)
  try {
    return new Uint8Array(await readFile(resolve(context.cwd, path)))
  } catch (cause) {
    throw new StageError('not-found', `${name} cannot be read.`, { cause })
  }
}
