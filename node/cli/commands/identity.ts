import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import { folderCommand, folderOf, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { isLocked, unusableFolder } from '../instance-lock.ts'
import { readPassphrase } from '../passphrase.ts'

/** An exported key is one short line; anything longer is another file. */
const EXPORT_BYTES_MAX = 4_096

async function readExport(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new StageError('not-found', `Cannot read ${path}.`, { cause })
  })
  if (bytes.length > EXPORT_BYTES_MAX) throw new StageError('bad-archive', `${path} is not an exported identity.`)
  return bytes.toString('utf8')
}

/** `identity show | export | import`: work on the data folder itself, whether or not the stage runs. */
export function identityCommands(program: Command, context: CliContext): void {
  const { services } = context
  const identity = program.command('identity').description("the key that is this community's name to others")
  folderCommand(identity, 'show', 'peer id and community key')
    .option('--json', 'print the answer as JSON')
    .action(async flags => {
      const info = await services.showIdentity(folderOf(context, flags))
      if (info === null)
        throw new StageError('not-found', 'There is no identity here yet. The first start makes one: npm start')
      print(context, flags, info, ({ peerId, community }) => `peer id    ${peerId}\ncommunity  ${community}\n`)
    })
  folderCommand(identity, 'export', 'write the key, sealed with a passphrase, to keep somewhere safe')
    .option('-o, --output <FILE>', 'instead of standard output')
    .action(async flags => {
      const passphrase = await readPassphrase(context, { confirm: true })
      const sealed = `${await services.exportIdentity(folderOf(context, flags), passphrase)}\n`
      if (flags.output === undefined) {
        context.stdout.write(sealed)
        return
      }
      const path = resolve(context.cwd, flags.output)
      await writeFile(path, sealed, { mode: 0o600, flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'EEXIST') throw new StageError('conflict', `${path} exists already: choose another name.`)
        throw unusableFolder(path, cause)
      })
      context.stderr.write(`Written to ${path}. Whoever has this file and the passphrase is this community.\n`)
    })
  folderCommand(identity, 'import', 'use an exported key in a data folder that has none')
    .argument('<file>', 'what `identity export` wrote')
    .action(async (file: string, flags) => {
      const dataDir = folderOf(context, flags)
      if (isLocked(dataDir)) throw new StageError('already-running', 'Stop the stage on this data folder first.')
      const text = await readExport(resolve(context.cwd, file))
      const passphrase = await readPassphrase(context, { confirm: false })
      const { peerId } = await services.importIdentity(dataDir, text, passphrase)
      context.stdout.write(`This data folder is now ${peerId}. Run it on one machine only.\n`)
    })
}
