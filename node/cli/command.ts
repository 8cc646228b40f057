import type { Command } from 'commander'
import { dataDirOf } from '#node/config/parse.ts'
import { StageError } from '#node/errors.ts'
import { connectToStage, type StageClient } from './client.ts'
import type { CliContext } from './context.ts'
import { clean } from './format.ts'

export interface CommonFlags {
  readonly data?: string
  readonly json?: boolean
}

export const folderOf = (context: CliContext, flags: CommonFlags): string =>
  dataDirOf({ flags: { data: flags.data }, env: context.env, cwd: context.cwd })

/** A command of a stage's data folder. */
export function folderCommand(program: Command, usage: string, summary: string): Command {
  return program.command(usage).description(summary).option('-d, --data <DIR>', "the stage's data folder")
}

/** A command that asks the running stage, with `--json` for programs. */
export function clientCommand(program: Command, usage: string, summary: string): Command {
  return folderCommand(program, usage, summary).option('--json', 'print the answer as JSON')
}

export const connect = (context: CliContext, flags: CommonFlags): StageClient =>
  connectToStage(folderOf(context, flags), context.signal)

/** The id of a release as typed, or the reason why it is none. */
export function releaseId(typed: string): string {
  if (/^[0-9a-f]{32}$/.test(typed)) return typed
  const message = `"${clean(typed)}" is no release id: one has 32 hex digits, as \`bandstand releases\` shows it.`
  throw new StageError('bad-arguments', message)
}

/** The answer as a person or as a program wants it. */
export function print<T>(context: CliContext, flags: CommonFlags, answer: T, human: (answer: T) => string): void {
  context.stdout.write(flags.json ? `${JSON.stringify(answer, null, 2)}\n` : human(answer))
}
