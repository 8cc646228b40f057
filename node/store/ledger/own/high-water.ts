import { readFileSync } from 'node:fs'
import { fromString } from 'uint8arrays/from-string'
import { replaceFile } from './durable-file.ts'

/** A note is at most 16 lines of signatures. */
const BYTES_MAX = 8_192

/** The highest note that was signed, kept beside the database; null when there is none that can be read. */
export function readHighWater(path: string): string | null {
  try {
    const bytes = readFileSync(path)
    return bytes.length > BYTES_MAX ? null : bytes.toString('utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}

export const writeHighWater = (path: string, note: string): void => replaceFile(path, fromString(note), 0o600)
