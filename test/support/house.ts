import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export const FLOORS = ['protocols', 'src', 'node', 'web', 'test', 'bench'] as const
export type Floor = (typeof FLOORS)[number]

/** One source file, as the house rules see it. Paths are relative to the project, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly floor: Floor
  /** Folder below the floor, or '' for a file on the floor itself. */
  readonly room: string
  readonly text: string
  /** The text without comments: what runs. */
  readonly code: string
  readonly imports: readonly Import[]
}

export interface Import {
  readonly specifier: string
  /** The file meant, relative to the project; `null` for a package. */
  readonly target: string | null
}

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|[\s;{(,])\/\/[^\n]*/g
const IMPORT = /\b(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/g

const resolveImport = (from: string, specifier: string): string | null => {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  return specifier.startsWith('#') ? specifier.slice(1) : null
}

export function readImports(path: string, code: string): Import[] {
  return [...code.matchAll(IMPORT)].map(match => {
    const specifier = match[1] ?? match[2] ?? ''
    return { specifier, target: resolveImport(path, specifier) }
  })
}

export const floorOf = (path: string): Floor | undefined => FLOORS.find(floor => path.startsWith(`${floor}/`))
export const roomOf = (path: string): string => {
  const [, room, ...rest] = path.split('/')
  return rest.length > 0 ? (room ?? '') : ''
}

/** Every TypeScript source of the house. */
export async function readHouse(): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for (const floor of FLOORS) {
    for await (const entry of glob('**/*.ts', { cwd: join(ROOT, floor), exclude: ['**/node_modules/**', 'dist/**'] })) {
      const path = relative(ROOT, join(ROOT, floor, entry)).replaceAll('\\', '/')
      const text = readFileSync(join(ROOT, path), 'utf8')
      const code = text.replace(COMMENT, '')
      files.push({ path, floor, room: roomOf(path), text, code, imports: readImports(path, code) })
    }
  }
  return files
}

export const folderOf = (path: string): string => dirname(path).replaceAll('\\', '/')
