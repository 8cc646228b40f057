import type { Command } from 'commander'

/** The command `log`, under which several files hang theirs; made here when none made it yet. */
export function logCommand(program: Command): Command {
  const found = program.commands.find(command => command.name() === 'log')
  const log = found ?? program.command('log').description("this community's log of receipts")
  // Options after a command below are that command's, though `log` has some of the same name.
  return log.enablePositionalOptions()
}
