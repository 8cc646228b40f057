import { type Command, Option } from 'commander'
import { StageError } from '#node/errors.ts'
import type { ReceiptInfo } from '#protocols/api/v1/schemas.ts'
import {
  type Explanation,
  STATEMENT_FORMATS,
  type StatementFormat,
  type WhatIfAnswer,
} from '#protocols/api/v1/statements.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../format.ts'
import { logCommand } from '../log-command.ts'
import { saveFile } from '../save-file.ts'

interface StatementFlags extends CommonFlags {
  readonly period: string
  readonly format: StatementFormat
  readonly out?: string
}

async function statement(context: CliContext, party: string | undefined, flags: StatementFlags): Promise<void> {
  if (!/^[0-9]{4}-(?:0[1-9]|1[0-2])$/.test(flags.period))
    throw new StageError('bad-arguments', `"${clean(flags.period)}" is no month: write it as 2026-11.`)
  if (flags.format === 'bundle' && flags.out === undefined)
    throw new StageError('bad-arguments', 'A bundle is a binary file: say where it goes with --out FILE.')
  const query = new URLSearchParams({ period: flags.period, format: flags.format })
  if (party !== undefined) query.set('party', party)
  const answer = await connect(context, flags).send(`/api/v1/statements?${query}`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (flags.out === undefined) {
    context.stdout.write(bytes)
    return
  }
  await saveFile(context, flags.out, bytes)
  context.stdout.write(`${clean(flags.out)}: ${bytes.length} bytes\n`)
}

const numbered = (sentences: readonly string[]): string =>
  sentences.map((text, at) => `  ${String(at + 1).padStart(2)}. ${clean(text)}\n`).join('')
const listed = (sentences: readonly string[]): string => sentences.map(text => `  ${clean(text)}\n`).join('')

function whatIfText({ title, gross, asset, steps, notes }: WhatIfAnswer): string {
  const short = gross.replace(/\.?0+$/, '')
  return `If ${short} ${clean(asset.code)} came in under “${clean(title)}”:\n${numbered(steps)}${listed(notes)}Nothing was paid: this is what the agreement would do.\n`
}

function explanationText({ paid, rule, steps, gets, proof }: Explanation): string {
  const parts = [`What was paid\n  ${clean(paid)}\n`]
  if (rule !== null) parts.push(`By which rule\n  ${clean(rule)}\n`)
  if (steps.length > 0) parts.push(`Step by step\n${numbered(steps)}`)
  if (gets.length > 0) parts.push(`Who got what\n${listed(gets)}`)
  parts.push(`How it is proven\n${listed(proof)}`)
  return parts.join('\n')
}

/** `COMMUNITY/INDEX`, or an index of the own log. */
function receiptPath(typed: string, own: string): string {
  const [, community = own, index = ''] = /^(?:([0-9a-f]{64})\/)?(\d{1,15})$/.exec(typed) ?? []
  if (index === '')
    throw new StageError(
      'bad-arguments',
      `"${clean(typed)}" is no receipt: write its number, or COMMUNITY/NUMBER as \`bandstand receipts\` shows it.`,
    )
  return `${community}/${index}`
}

async function whatIf(context: CliContext, agreement: string, flags: CommonFlags & { gross: string }): Promise<void> {
  if (!/^(?:[0-9a-f]{64}|[0-9a-f]{32})$/.test(agreement))
    throw new StageError(
      'bad-arguments',
      `"${clean(agreement)}" is no agreement: give its hash (64 hex digits) or a release id (32).`,
    )
  if (!/^[0-9]{1,20}(?:\.[0-9]{1,9})?$/.test(flags.gross) || /^[0.]*$/.test(flags.gross))
    throw new StageError('bad-arguments', '--gross is an amount above zero, such as 100 or 12.50.')
  const json = { agreement, gross: flags.gross }
  const answer = await connect(context, flags).json<WhatIfAnswer>('/api/v1/whatif', { method: 'POST', json })
  print(context, flags, answer, whatIfText)
}

async function explain(context: CliContext, receipt: string, flags: CommonFlags): Promise<void> {
  const path = receiptPath(receipt, 'own')
  const client = connect(context, flags)
  const own = path.startsWith('own/') ? (await client.json<{ community: string }>('/api/v1/stage')).community : ''
  const answer = await client.json<Explanation>(`/api/v1/receipts/${path.replace(/^own/, own)}/explanation`)
  print(context, flags, answer, explanationText)
}

async function closePeriod(context: CliContext, flags: CommonFlags): Promise<void> {
  const closed = await connect(context, flags).json<Partial<ReceiptInfo>>('/api/v1/log/close-period', {
    method: 'POST',
  })
  print(
    context,
    flags,
    closed,
    ({ index }) => `Closed${index === undefined ? '' : ` by entry ${index}`}: what every statement says is fixed.\n`,
  )
}

/** `statement`, `whatif`, `explain` and `log close-period`. */
export function statementCommands(program: Command, context: CliContext): void {
  clientCommand(program, 'statement', 'what a party earned in a month, as a provable bundle or for accounting programs')
    .argument('[party]', 'id of a party, an account of 64 hex digits, or peer:<community>; everybody when left out')
    .requiredOption('--period <MONTH>', 'such as 2026-11, in UTC')
    .addOption(new Option('--format <FORMAT>', 'of the file').choices(STATEMENT_FORMATS).default('csv'))
    .option('-o, --out <FILE>', 'where it goes; printed when left out')
    .action((party: string | undefined, flags: StatementFlags) => statement(context, party, flags))
  clientCommand(program, 'whatif', 'who would get what of a payment, step by step')
    .argument('<agreement>', 'hash of an agreement, or the id of a release')
    .requiredOption('--gross <AMOUNT>', 'such as 100')
    .action((agreement: string, flags) => whatIf(context, agreement, flags))
  clientCommand(
    program,
    'explain',
    'a receipt in plain words: what was paid, by which rule, to whom, and how it is proven',
  )
    .argument('<receipt>', 'its number, or COMMUNITY/NUMBER')
    .action((receipt: string, flags: CommonFlags) => explain(context, receipt, flags))
  logCommand(program)
    .command('close-period')
    .description('end the open part of the month: statements are fixed and can be proven')
    .option('-d, --data <DIR>', "the stage's data folder")
    .option('--json', 'print the answer as JSON')
    .action((flags: CommonFlags) => closePeriod(context, flags))
}
