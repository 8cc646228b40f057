import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { LogReport } from '#node/ports/ledger.ts'
import { type CommonFlags, folderCommand, folderOf, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { isLocked } from '../instance-lock.ts'
import { logCommand } from '../log-command.ts'

interface FolderReport extends LogReport {
  /** A stage had the folder open: this is the log as it was when the check began. */
  readonly running: boolean
}

const list = (lines: readonly string[]): string => lines.map(line => `  - ${line}\n`).join('')

function reportText({
  origin,
  entries,
  signedSize,
  finalSize,
  checked,
  notices,
  fault,
  running,
}: FolderReport): string {
  const head = `${origin || 'no log'}: ${entries} entries, signed ${signedSize}, final ${finalSize}\n`
  const stage = running ? 'A stage runs on this folder: this is its log as it was when the check began.\n' : ''
  const notes = notices.length === 0 ? '' : `Good to know:\n${list(notices)}`
  return `${head}${stage}${fault === null ? `Read again, and it holds:\n${list(checked)}` : ''}${notes}`
}

async function fsck(flags: CommonFlags, context: CliContext): Promise<void> {
  const dataDir = folderOf(context, flags)
  const running = isLocked(dataDir)
  const report: FolderReport = { ...(await context.services.checkLog(dataDir)), running }
  print(context, flags, report, reportText)
  if (report.fault !== null) throw new StageError('data-folder-unusable', `The ledger is NOT sound. ${report.fault}`)
}

/** `log fsck`: works without a stage, and beside a running one. */
export function logCommands(program: Command, context: CliContext): void {
  folderCommand(logCommand(program), 'fsck', 'read the whole log again and prove it: entries, state, heads, tiles')
    .option('--json', 'print the report as JSON')
    .action((flags: CommonFlags) => fsck(flags, context))
}
