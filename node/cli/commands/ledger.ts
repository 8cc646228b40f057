import { type Command, InvalidArgumentError } from 'commander'
import { StageError } from '#node/errors.ts'
import type { LogInfo, ReceiptInfo, StageInfo } from '#protocols/api/v1/schemas.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { amountText, clean, dayTime, parseAmount } from '../format.ts'
import { logCommand } from '../log-command.ts'

const RECEIPTS_DEFAULT = 20
/** Parts of a payment are counted in units of 10^-9. */
const FINE_SCALE = 9

function receiptText(receipt: ReceiptInfo): string {
  const { asset } = receipt
  const what =
    receipt.kind === 'issue'
      ? `credit to ${receipt.credited ?? 'an account'}`
      : `${receipt.kind}${receipt.release === null ? '' : ` for ${clean(receipt.releaseTitle ?? receipt.release)}`}`
  const lines = receipt.lines.map(
    line =>
      `    ${amountText(line.amount, FINE_SCALE, asset.code)}  ${clean(line.name || line.tag)}${line.state === 'waiting' ? ', held until they sign' : ''}`,
  )
  const head = `#${receipt.index} ${clean(receipt.communityName)}  ${dayTime(receipt.at)}  ${what}`
  const total = amountText(receipt.amount, asset.scale, asset.code)
  return [`${head}  ${total}  ${receipt.verified ? receipt.finality : 'NOT VERIFIED'}`, ...lines, ''].join('\n')
}

const parseCount = (text: string): number => {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new InvalidArgumentError('Expected 1 to 1000.')
  return count
}

async function credit(account: string, amount: string, flags: CreditFlags, context: CliContext): Promise<void> {
  if (!/^[0-9a-f]{64}$/.test(account))
    throw new StageError('bad-arguments', 'The account is a fan key of 64 hex digits, shown on their wallet page.')
  const client = connect(context, flags)
  const { asset } = await client.json<StageInfo>('/api/v1/stage')
  const units = parseAmount(amount, asset.scale)
  if (units === null || units === 0n)
    throw new StageError('bad-arguments', `The amount is a number such as 12.50, with at most ${asset.scale} decimals.`)
  const json = { account, amount: units.toString(), evidence: flags.evidence }
  const receipt = await client.json<ReceiptInfo>('/api/v1/desk/credits', { method: 'POST', json })
  print(context, flags, receipt, receiptText)
}

interface CreditFlags {
  readonly data?: string
  readonly json?: boolean
  readonly evidence: string
}

function logText({ size, signedSize, finalSize, root, checkpoint, committee, reason }: LogInfo): string {
  const { total, signed, quorum } = committee
  const seats = `${signed} of ${total} auditor seats${signed < quorum ? ' so far' : ''}, ${quorum} are needed`
  const who = total === 1 ? 'self-certified' : signed < quorum ? `cosigned by ${seats}` : `certified by ${seats}`
  const halt = reason === null ? '' : `\n${clean(reason)}\n`
  return `size   ${size}, signed ${signedSize}, final ${finalSize}: ${who}\nroot   ${root}\n${halt}\n${checkpoint}`
}

/** `log`, `log succeed`, `receipts` and `credit`. */
export function ledgerCommands(program: Command, context: CliContext): void {
  clientCommand(program, 'log', "this community's receipt log: size, root and signed checkpoint").action(
    async flags => {
      const log = await connect(context, flags).json<LogInfo>('/api/v1/log')
      print(context, flags, log, logText)
    },
  )
  clientCommand(
    logCommand(program),
    'succeed',
    'close a log that stands still at its auditors, and open its successor with all balances',
  ).action(async (flags: CommonFlags) => {
    const log = await connect(context, flags).json<LogInfo>('/api/v1/log/succeed', { method: 'POST' })
    print(context, flags, log, ({ origin }) => `The log goes on as ${origin}. All balances came along.\n`)
  })
  clientCommand(program, 'receipts', 'latest receipts of this and of followed communities')
    .option('-n, --limit <N>', 'how many', parseCount, RECEIPTS_DEFAULT)
    .action(async flags => {
      const path = `/api/v1/receipts?limit=${flags.limit}`
      const receipts = await connect(context, flags).json<ReceiptInfo[]>(path)
      print(context, flags, receipts, all => all.map(receiptText).join('') || 'No receipts yet.\n')
    })
  clientCommand(program, 'credit', "issue credit from this community's cash desk")
    .argument('<account>', "the fan's key, 64 hex digits")
    .argument('<amount>', 'such as 12.50')
    .option('--evidence <TEXT>', 'why: cash received, hours worked, a test', 'issued at the desk')
    .action((account: string, amount: string, flags) => credit(account, amount, flags, context))
}
