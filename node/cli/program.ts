import { Command, CommanderError } from 'commander'
import { StageError } from '#node/errors.ts'
import { VERSION } from '#node/version.ts'
import { agreementCommands } from './commands/agreement.ts'
import { archiveCommands } from './commands/archive.ts'
import { checkAckCommand } from './commands/check-ack.ts'
import { codeCommands } from './commands/code.ts'
import { communityCommands } from './commands/community.ts'
import { conformanceCommand } from './commands/conformance.ts'
import { deskCommands } from './commands/desk.ts'
import { federationCommands } from './commands/federation.ts'
import { identityCommands } from './commands/identity.ts'
import { ledgerCommands } from './commands/ledger.ts'
import { lineCommands } from './commands/line.ts'
import { logCommands } from './commands/log.ts'
import { netCommands } from './commands/net.ts'
import { publishCommands } from './commands/publish.ts'
import { settleCommands } from './commands/settle.ts'
import { stakeProfileCommand } from './commands/stake-profile.ts'
import { startCommand } from './commands/start.ts'
import { statementCommands } from './commands/statement.ts'
import { statusCommands } from './commands/status.ts'
import { verifyCommand } from './commands/verify.ts'
import type { CliContext } from './context.ts'
import { EXIT, EXIT_CODE } from './exit-codes.ts'

function buildProgram(context: CliContext): Command {
  const program = new Command('bandstand')
  // Before any subcommand is added: they inherit these.
  program
    .description('A stage for a community of artists and fans: publish, listen, talk and pay, stage to stage.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand(false)
    // Options behind a command are that command's, also where one above has some of the same name.
    .enablePositionalOptions()
    // What stands after a subcommand is that subcommand's, also where the command above it has such an option.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: text => context.stdout.write(text),
      writeErr: text => context.stderr.write(text),
    })
  for (const add of [
    startCommand,
    publishCommands,
    archiveCommands,
    communityCommands,
    ledgerCommands,
    logCommands,
    statementCommands,
    checkAckCommand,
    verifyCommand,
    agreementCommands,
    federationCommands,
    stakeProfileCommand,
    conformanceCommand,
    deskCommands,
    codeCommands,
    lineCommands,
    settleCommands,
    netCommands,
    identityCommands,
    statusCommands,
  ])
    add(program, context)
  return program
}

/** Runs one command line and resolves to the exit code. Whatever goes wrong is a line on standard error, never a stack. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await buildProgram(context).parseAsync(args, { from: 'user' })
    return EXIT.ok
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? EXIT.ok : EXIT.usage
    if (context.signal.aborted) return EXIT.interrupted
    if (cause instanceof StageError) {
      context.stderr.write(`${cause.message}\n`)
      return EXIT_CODE[cause.code]
    }
    const message = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    context.stderr.write(`Something went wrong inside Bandstand: ${message}\n`)
    return EXIT.failed
  }
}
