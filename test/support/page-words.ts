import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'vite'

const WEB = join(import.meta.dirname, '../../web')

type Node = { readonly type: string; readonly [key: string]: unknown }

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return ['dist', 'messages'].includes(entry.name) ? [] : filesUnder(path)
    return path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.endsWith('vite.config.ts') ? [path] : []
  })

function templateKey(node: Node): string {
  const quasis = (node.quasi as { quasis: { value: { cooked: string } }[] }).quasis
  return quasis.map(({ value }, at) => (at === 0 ? value.cooked : `{${at - 1}}${value.cooked}`)).join('')
}

const literal = (node: unknown): string | null =>
  (node as Node | undefined)?.type === 'Literal' && typeof (node as Node).value === 'string'
    ? String((node as Node).value)
    : null

/** Words of one file: `t` and `tx` templates, `m('...')`, and counted words. */
function wordsOf(code: string): string[] {
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const node = value as Node
    const name = ((node.tag ?? node.callee) as { name?: string } | undefined)?.name
    if (node.type === 'TaggedTemplateExpression' && (name === 't' || name === 'tx')) found.push(templateKey(node))
    if (node.type === 'CallExpression') {
      const [first, second, third] = (node.arguments as unknown[]) ?? []
      if (name === 'm') found.push(literal(first) ?? '')
      const one = literal(second)
      if ((name === 'plural' || name === 'counted') && one !== null) found.push(`${one}|${literal(third) ?? `${one}s`}`)
    }
    for (const [key, inner] of Object.entries(node)) if (key !== 'parent') walk(inner)
  }
  walk(parseAst(code, { lang: 'ts' }))
  return found
}

/** Every text that some folders of the page ask a translation for. */
export const wordsUnder = (folders: readonly string[]): Set<string> =>
  new Set(folders.flatMap(folder => filesUnder(join(WEB, folder))).flatMap(path => wordsOf(readFileSync(path, 'utf8'))))

/** Every text that the page asks a translation for. */
export const pageWords = (): Set<string> => wordsUnder(['.'])

/** Languages there are words for, with their files. */
export function translations(): Map<string, Map<string, Readonly<Record<string, string>>>> {
  const folder = join(WEB, 'messages')
  const codes = readdirSync(folder).filter(name => statSync(join(folder, name)).isDirectory())
  return new Map(
    codes.map(code => {
      const files = readdirSync(join(folder, code)).filter(name => name.endsWith('.json'))
      return [code, new Map(files.map(file => [file, JSON.parse(readFileSync(join(folder, code, file), 'utf8'))]))]
    }),
  )
}
