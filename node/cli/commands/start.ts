import { once } from 'node:events'
import { join } from 'node:path'
import type { Command } from 'commander'
import { loadSettings } from '#node/config/load.ts'
import { OPTIONS } from '#node/config/options.ts'
import { createLogger } from '#node/telemetry/logger.ts'
import { folderCommand } from '../command.ts'
import type { CliContext } from '../context.ts'
import { lockDataFolder } from '../instance-lock.ts'
import { removeStageFile, writeStageFile } from '../stage-file.ts'

const collect = (value: string, before: string[] = []): string[] => [...before, value]

/** `bandstand start`: runs a stage until the context's signal aborts. */
export function startCommand(program: Command, context: CliContext): void {
  const command = folderCommand(program, 'start', 'run a stage on a data folder')
  for (const option of Object.values(OPTIONS)) {
    if (option.value === null) command.option(`--${option.flag}`, option.help).option(`--no-${option.flag}`)
    else if (option.many) command.option(`--${option.flag} <${option.value}>`, option.help, collect)
    else command.option(`--${option.flag} <${option.value}>`, option.help)
  }
  command.action(flags => start(flags, context))
}

async function start(flags: Record<string, unknown>, context: CliContext): Promise<void> {
  const settings = loadSettings({ flags, env: context.env, cwd: context.cwd })
  const log = createLogger(settings.logLevel)
  const unlock = lockDataFolder(settings.dataDir)
  try {
    // A file left by a crash must not send a client elsewhere while this stage starts.
    removeStageFile(settings.dataDir)
    const stage = await context.services.startStage(settings, log)
    try {
      writeStageFile(settings.dataDir, { pid: process.pid, url: stage.url })
      const token = join(settings.dataDir, 'operator-token')
      const signIn = settings.public ? `the operator signs in with the token in ${token}; ` : ''
      context.stdout.write(`Bandstand is on at ${stage.url} (${signIn}Ctrl+C stops it)\n`)
      if (!context.signal.aborted) await once(context.signal, 'abort')
    } finally {
      removeStageFile(settings.dataDir)
      await stage.stop()
    }
  } finally {
    unlock()
  }
}
