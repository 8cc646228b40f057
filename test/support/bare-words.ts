import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAst } from 'vite'

const ROOT = join(import.meta.dirname, '../..')

type Node = { readonly type: string; readonly [key: string]: unknown }

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return ['dist', 'messages'].includes(entry.name) ? [] : filesUnder(path)
    return path.endsWith('.ts') && !path.endsWith('.d.ts') ? [path] : []
  })

/** A value in a template; no letter, so that it is never taken for a word. */
const VALUE = '\u0001'
/** Same in every language. */
const SAME = /\b(?:Bandstand|kbit\/s|LUFS|ISRC|UPC|EAN|JSON|CSV|ms|kB|MB|GB)\b/g
const WORD = /[A-Za-z]{2}/
/** A name or an address as it is typed, shown as an example. */
const TYPED = /^(?:[a-z-]+|\/\S+)$/
const SPOKEN_ATTRIBUTE = /\s(?:aria-label|title|placeholder|alt|label)=(?:"([^"\u0001]+)"|'([^'\u0001]+)')/g

/** English in the text or in the labels of one `html` template, its values taken out. */
export function bareWords(template: string): string[] {
  const labels = [...template.matchAll(SPOKEN_ATTRIBUTE)].map(match => match[1] ?? match[2] ?? '')
  const text = template
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/<(code|pre|style|svg)\b[\s\S]*?<\/\1>/g, VALUE)
    // Quoted attributes may hold what looks like the end of a tag.
    .replace(/<\/?[a-zA-Z\u0001][^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>/g, VALUE)
  return [...text.split(VALUE), ...labels.filter(label => !TYPED.test(label))]
    .map(piece => piece.replace(/&\w+;/g, ' ').replace(SAME, ' ').replace(/\s+/g, ' ').trim())
    .filter(piece => WORD.test(piece))
}

function bareIn(code: string): string[] {
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const node = value as Node
    if (node.type === 'TaggedTemplateExpression' && (node.tag as { name?: string }).name === 'html') {
      const { quasis } = node.quasi as { quasis: { value: { cooked: string } }[] }
      found.push(...bareWords(quasis.map(({ value: piece }) => piece.cooked).join(VALUE)))
    }
    for (const [key, inner] of Object.entries(node)) if (key !== 'parent') walk(inner)
  }
  walk(parseAst(code, { lang: 'ts' }))
  return found
}

/** English that stands in a template of the page without being asked a translation for, by file. */
export const allBareWords = (): Record<string, string[]> =>
  Object.fromEntries(
    filesUnder(join(ROOT, 'web'))
      .map(path => [relative(ROOT, path), bareIn(readFileSync(path, 'utf8'))] as const)
      .filter(([, words]) => words.length > 0),
  )
