import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string
}

/** This program's version, from package.json. */
export const VERSION = version

/** How this program introduces itself to others. */
export const SOFTWARE = `bandstand/${version}`
