import type { Command } from 'commander'
import { toString as toText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { LogProof } from '#protocols/api/v1/statements.ts'
import { readAck } from '#src/ledger/check-ack.ts'
import { ACK_FILE_BYTES_MAX, judgeAck, proofFrom, readAckFile, shownBy } from '../ack-file.ts'
import { type CommonFlags, connect } from '../command.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../format.ts'
import { logCommand } from '../log-command.ts'
import { readInput } from '../read-input.ts'
import { saveFile } from '../save-file.ts'

interface CheckFlags extends CommonFlags {
  readonly proof?: string
  readonly out?: string
}

async function check(context: CliContext, path: string, flags: CheckFlags): Promise<void> {
  const ports = await context.services.ports()
  const read = readAck(ports, readAckFile(await readInput(context, path, ACK_FILE_BYTES_MAX)))
  if (!read.ok) throw new StageError('bad-signature', clean(read.error))
  const ack = read.value
  const place = `/api/v1/log/proofs/${toText(ack.community, 'base16')}/${ack.index}`
  const shown =
    flags.proof === undefined
      ? shownBy(await connect(context, flags).json<LogProof>(place))
      : await proofFrom(context, flags.proof, ack.index, ack.leaf)
  const { text, kept, evidence } = judgeAck(ports, ack, shown)
  if (evidence !== null && flags.out !== undefined) await saveFile(context, flags.out, evidence)
  const saved =
    evidence === null
      ? ''
      : flags.out === undefined
        ? 'Keep the evidence with --out FILE.\n'
        : `Evidence: ${clean(flags.out)}\n`
  if (!kept) throw new StageError('conflict', `${text}${saved}`.trimEnd())
  context.stdout.write(text)
}

/** `log check-ack FILE`. Exit code 0 only when the promise was kept. */
export function checkAckCommand(program: Command, context: CliContext): void {
  logCommand(program)
    .command('check-ack')
    .description('whether the promise in an ack was kept; proves it when it was broken')
    .argument('<file>', 'the ack that came back with an order')
    .option('-d, --data <DIR>', "the stage's data folder")
    .option('--proof <FILE>', 'a tlog-proof of the promised place, instead of asking the running stage')
    .option('--out <FILE>', 'where evidence of a broken promise goes')
    .action((path: string, flags: CheckFlags) => check(context, path, flags))
}
