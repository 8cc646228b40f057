import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StageError } from '#node/errors.ts'
import { PART_CODE_BYTES_MAX, PARTS_LIMITS } from '#protocols/parts/v1/constants.ts'

const MANIFEST = 'manifest.cbor'
const SCRIPT = /^([A-Za-z0-9_-]{64})\.js$/

/** W3C Subresource Integrity of a script. */
export const integrityOf = (code: Uint8Array): string => `sha384-${createHash('sha384').update(code).digest('base64')}`

const nameOf = (integrity: string): string =>
  `${integrity.slice('sha384-'.length).replaceAll('+', '-').replaceAll('/', '_')}.js`

/** Whole and on the disk under its name, or not there at all. */
async function writeWhole(folder: string, name: string, data: Uint8Array): Promise<void> {
  const draft = join(folder, `${name}.draft`)
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(data)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, join(folder, name))
}

async function readBounded(path: string, bytesMax: number): Promise<Uint8Array | null> {
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw cause
  })
  if (handle === null) return null
  try {
    return (await handle.stat()).size <= bytesMax ? await readFile(handle) : null
  } finally {
    await handle.close()
  }
}

function asStageError(folder: string, cause: unknown): StageError {
  if (cause instanceof StageError) return cause
  return (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    ? new StageError('disk-full', 'The disk is full. Free some space; the page is as it was.', { cause })
    : new StageError('data-folder-unusable', `The folder ${folder} cannot be written. Check its permissions.`, {
        cause,
      })
}

/** Scripts of guest parts, each under its hash, and the manifest that names them. */
export function openPartFolder(folder: string) {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      throw asStageError(folder, cause)
    }
  }
  return {
    readManifest: (): Promise<Uint8Array | null> => readBounded(join(folder, MANIFEST), PARTS_LIMITS.bytesMax),
    writeManifest: (data: Uint8Array): Promise<void> =>
      guarded(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeWhole(folder, MANIFEST, data)
      }),
    writeCode: (integrity: string, code: Uint8Array): Promise<void> =>
      guarded(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeWhole(folder, nameOf(integrity), code)
      }),
    /** Null when the script is missing, or is not what its integrity says. */
    async readCode(integrity: string): Promise<Uint8Array | null> {
      const code = await readBounded(join(folder, nameOf(integrity)), PART_CODE_BYTES_MAX)
      return code !== null && integrityOf(code) === integrity ? code : null
    },
    /** Removes scripts that the manifest does not name, and drafts of a crash. */
    async sweep(named: ReadonlySet<string>): Promise<void> {
      const keep = new Set([...named].map(nameOf))
      for (const name of await readdir(folder).catch(() => []))
        if (name.endsWith('.draft') || (SCRIPT.test(name) && !keep.has(name)))
          await rm(join(folder, name), { force: true })
    },
  }
}
