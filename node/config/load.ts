import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { StageError } from '#node/errors.ts'
import { dataDirOf, parseSettings, type SettingSources } from './parse.ts'
import type { Settings } from './settings.ts'

export const CONFIG_FILE = 'bandstand.toml'

/** Reads DATA/bandstand.toml if there is one, and parses every source once. Throws `StageError` 'bad-arguments'. */
export function loadSettings(sources: Omit<SettingSources, 'file'>): Settings {
  const path = join(dataDirOf(sources), CONFIG_FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return parseSettings(sources)
    throw new StageError('data-folder-unusable', `${path} cannot be read. Check its permissions.`, { cause, path })
  }
  let file: Record<string, unknown>
  try {
    file = parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : 'not TOML'
    throw new StageError('bad-arguments', `${path} is not valid TOML: ${reason}`, { cause, path })
  }
  return parseSettings({ ...sources, file })
}
