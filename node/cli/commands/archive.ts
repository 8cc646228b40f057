import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { link, open, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { ImportResult } from '#protocols/api/v1/schemas.ts'
import { type CommonFlags, clientCommand, connect, print, releaseId } from '../command.ts'
import type { CliContext } from '../context.ts'
import { bytesText } from '../format.ts'
import { unusableFolder } from '../instance-lock.ts'

interface ExportFlags extends CommonFlags {
  readonly output: string
}

/** Writes beside the target and links it into place when complete: an interrupted export leaves nothing behind. */
async function exportCar(release: string | undefined, flags: ExportFlags, context: CliContext): Promise<void> {
  const target = resolve(context.cwd, flags.output)
  const exists = () => new StageError('conflict', `${target} exists already: choose another name.`)
  if ((await stat(target).catch(() => null)) !== null) throw exists()
  const query = release === undefined ? '' : `?release=${releaseId(release)}`
  const response = await connect(context, flags).send(`/api/v1/export${query}`)
  if (response.body === null) throw new StageError('internal', 'The stage sent no archive.')
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}`)
  try {
    const body = Readable.fromWeb(response.body as ReadableStream)
    await pipeline(body, createWriteStream(draft, { flags: 'wx' }), { signal: context.signal })
    await link(draft, target)
  } catch (cause) {
    if (context.signal.aborted) context.stderr.write('Stopped. Nothing was written.\n')
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EEXIST') throw exists()
    if (code === 'ENOSPC')
      throw new StageError('disk-full', `There is no room for ${target}. Nothing was written.`, { cause })
    if (['EACCES', 'EROFS', 'ENOENT', 'ENOTDIR', 'EPERM'].includes(code ?? ''))
      throw unusableFolder(dirname(target), cause)
    if (!context.signal.aborted && !(cause instanceof StageError))
      throw new StageError('bad-archive', 'The archive broke off before its end. Nothing was written.', { cause })
    throw cause
  } finally {
    await rm(draft, { force: true })
  }
  const { size } = await stat(target)
  print(context, flags, { file: target, bytes: size }, () => `Wrote ${target}, ${bytesText(size)}.\n`)
}

async function importCar(file: string, flags: CommonFlags, context: CliContext): Promise<void> {
  const path = resolve(context.cwd, file)
  const client = connect(context, flags)
  const handle = await open(path).catch((cause: unknown) => {
    throw new StageError('not-found', `Cannot read ${path}.`, { cause })
  })
  try {
    const info = await handle.stat()
    if (!info.isFile()) throw new StageError('bad-arguments', `${path} is not a file.`)
    const { size } = info
    const headers = { 'content-type': 'application/vnd.ipld.car', 'content-length': String(size) }
    const body = Readable.toWeb(handle.createReadStream({ autoClose: false })) as RequestInit['body']
    const answer = await client.json<ImportResult>('/api/v1/import', { method: 'POST', headers, body })
    print(context, flags, answer, ({ releases, blocks, bytes }) => {
      const count = `${releases.length} release${releases.length === 1 ? '' : 's'}`
      return `Imported ${count}: ${blocks} blocks, ${bytesText(bytes)}.\n`
    })
  } finally {
    await handle.close()
  }
}

/** `export` and `import`. */
export function archiveCommands(program: Command, context: CliContext): void {
  clientCommand(program, 'export', 'write one release, or all of yours, to a CAR file with their manifests')
    .argument('[release]', 'id from `bandstand releases`')
    .requiredOption('-o, --output <FILE>', 'where to write, such as album.car')
    .action((release: string | undefined, flags: ExportFlags) => exportCar(release, flags, context))
  clientCommand(program, 'import', 'bring in releases from a CAR file: all of it or nothing')
    .argument('<file>')
    .action((file: string, flags: CommonFlags) => importCar(file, flags, context))
}
