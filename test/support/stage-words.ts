import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'vite'

const ROOT = join(import.meta.dirname, '../..')
/** Where sentences are made that a stage, or the check of a receipt on the page, says to people. */
const ROOMS = ['node/http', 'node/intake', 'node/jobs', 'node/media', 'node/parts', 'node/rails', 'node/stage']
ROOMS.push(
  'node/store/ledger',
  'node/identity',
  'src/catalog',
  'src/royalties',
  'src/value',
  'src/ledger',
  'web/verify',
)

/** Of these, where people on the page are spoken to, rather than programs and people at a terminal. */
const MET = [
  'node/intake',
  'node/jobs',
  'node/media',
  'node/parts',
  'node/rails/cash',
  'node/rails/codes',
  'node/stage',
]
MET.push('src/catalog', 'src/royalties', 'src/value')

/** Put together from two pieces where they are said. */
const COMPOSED = ['{0} (track {1} of {2})', 'You could lose at most {0} with {1}; {2} of it is owed already'] as const

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesUnder(path) : path.endsWith('.ts') ? [path] : []
  })

type Node = { readonly type: string; readonly [key: string]: unknown }

/** Every text and every template in those rooms, its values numbered as in the message files. */
export function stageWords(rooms: readonly string[] = ROOMS): Set<string> {
  const found = new Set<string>(COMPOSED)
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const node = value as Node
    if (node.type === 'Literal' && typeof node.value === 'string') {
      found.add(node.value)
      // What is wrong with a file is said after its name.
      found.add(`{0} ${node.value}`)
    }
    if (node.type === 'TemplateLiteral') {
      const quasis = node.quasis as { value: { cooked: string } }[]
      found.add(quasis.map(({ value: piece }, at) => (at === 0 ? piece.cooked : `{${at - 1}}${piece.cooked}`)).join(''))
    }
    for (const [key, inner] of Object.entries(node)) if (key !== 'parent') walk(inner)
  }
  for (const path of rooms.flatMap(room => filesUnder(join(ROOT, room))))
    walk(parseAst(readFileSync(path, 'utf8'), { lang: 'ts' }))
  return found
}

/** Whole sentences that people on the page are told, without what is written for machines. */
export const sentencesMet = (): string[] =>
  [...stageWords(MET)].filter(
    text => /^[A-Z“][^<>\n]* [^<>\n]*[.!?]$/.test(text) && !/\b(?:SELECT|UPDATE)\b|`bandstand |--[a-z]/.test(text),
  )
