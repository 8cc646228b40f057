import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { CardBatchInfo, CheckedCard, PrintedCards } from '#protocols/api/v1/desk-schemas.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { amountText, clean, dayTime, table } from '../format.ts'
import { nameFrom, ownAmount, untilTime } from '../value-arguments.ts'
import { verifyCardCommand } from './verify-card.ts'

const NAME_SHOWN = 8
const CARD_DAYS = 365
const COUNT_MAX = 1_024
const OWNER_ONLY = 0o600

interface IssueFlags extends CommonFlags {
  readonly count: string
  readonly label: string
  readonly until?: string
  readonly out?: string
}

const day = (ms: number): string => dayTime(ms).slice(0, 10)

function batchText({ batch, count, amount, asset, expiry, good, used, revoked, entry }: CardBatchInfo): string {
  const money = amountText(amount, asset.scale, asset.code)
  const where = entry === null ? 'not in the log yet: worth nothing so far' : `entry ${entry} of the log`
  return `Batch ${batch.slice(0, NAME_SHOWN)}: ${count} cards of ${money}, until ${day(expiry)}; ${where}.\n${good} good, ${used} used, ${revoked} revoked.\n`
}

function batchesText(batches: readonly CardBatchInfo[]): string {
  if (batches.length === 0) return 'No cards were printed yet. Begin with: bandstand code issue 5.00 --count 20\n'
  return table(
    ['BATCH', 'LABEL', 'CARDS', 'OF', 'GOOD', 'USED', 'REVOKED', 'UNTIL'],
    batches.map(({ batch, label, count, amount, asset, good, used, revoked, expiry, entry }) => [
      batch.slice(0, NAME_SHOWN),
      label,
      entry === null ? `${count} (not in the log)` : String(count),
      amountText(amount, asset.scale, asset.code),
      String(good),
      String(used),
      String(revoked),
      day(expiry),
    ]),
  )
}

const cardsText = ({ batch, communityName, cards }: PrintedCards): string =>
  `${clean(communityName)}: cards of ${amountText(batch.amount, batch.asset.scale, batch.asset.code)}, until ${day(batch.expiry)}. Whoever has one of these lines can redeem it.\n${cards.map(({ serial, text }) => `${String(serial + 1).padStart(4)}  ${text}\n`).join('')}`

/** A new file that only its owner can read: cards are money. */
async function saveSheet(context: CliContext, path: string, text: string): Promise<void> {
  try {
    await writeFile(resolve(context.cwd, path), text, { flag: 'wx', mode: OWNER_ONLY })
  } catch (cause) {
    const taken = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    const why = taken ? 'is there already, and nothing is written over' : 'cannot be written'
    throw new StageError(taken ? 'conflict' : 'bad-arguments', `${clean(path)} ${why}.`, { cause })
  }
}

function serialsOf(typed: readonly string[]): number[] {
  return typed.map(one => {
    if (/^[1-9]\d{0,3}$/.test(one)) return Number(one) - 1
    throw new StageError('bad-arguments', `"${clean(one)}" is no number of a card: they begin at 1.`)
  })
}

/** `code issue | list | print | verify | revoke | forget`. */
export function codeCommands(program: Command, context: CliContext): void {
  const group = program.command('code').description('top-up cards: print them, check them, take them back')
  group.enablePositionalOptions()
  const named = async (flags: CommonFlags, typed: string): Promise<string> => {
    const batches = await connect(context, flags).json<CardBatchInfo[]>('/api/v1/codes')
    return nameFrom(
      batches.map(({ batch }) => batch),
      typed,
      'batch of cards',
    )
  }
  const printTo = async (flags: CommonFlags, batch: string, out: string | undefined): Promise<void> => {
    const cards = await connect(context, flags).json<PrintedCards>(`/api/v1/codes/${batch}/cards`)
    if (out === undefined) return print(context, flags, cards, cardsText)
    // Loaded only here: no other command needs to draw.
    const { cardSheet } = await import('../card-sheet.ts')
    await saveSheet(context, out, cardSheet(cards))
    print(
      context,
      flags,
      { file: out, cards: cards.cards.length },
      ({ cards: count }) => `${clean(out)}: ${count} cards. Open it in a browser and print it; delete it afterwards.\n`,
    )
  }

  clientCommand(group, 'issue', 'issue a batch of cards of one amount; the desk owes it to whoever redeems them')
    .argument('<amount>', 'of each card, such as 5.00')
    .option('-n, --count <N>', `how many, at most ${COUNT_MAX}`, '10')
    .option('--label <TEXT>', 'what they are for, for your own list', '')
    .option('--until <DAY>', `last day, such as 2027-01-31 (${CARD_DAYS} days when left out)`)
    .option('-o, --out <FILE>', 'a page to print, such as cards.html')
    .action(async (typed: string, flags: IssueFlags) => {
      const count = Number(flags.count)
      if (!Number.isInteger(count) || count < 1 || count > COUNT_MAX)
        throw new StageError('bad-arguments', `--count is a number from 1 to ${COUNT_MAX}.`)
      const expiry = untilTime(flags.until, CARD_DAYS)
      const client = connect(context, flags)
      const { amount } = await ownAmount(client, typed)
      const json = { count, amount, expiry, label: flags.label }
      const batch = await client.json<CardBatchInfo>('/api/v1/codes', { method: 'POST', json })
      if (flags.out !== undefined) return printTo(flags, batch.batch, flags.out)
      print(
        context,
        flags,
        batch,
        one => `${batchText(one)}Print them: bandstand code print ${one.batch.slice(0, NAME_SHOWN)} -o cards.html\n`,
      )
    })
  clientCommand(group, 'list', 'batches of cards, and how many were used').action(async (flags: CommonFlags) =>
    print(context, flags, await connect(context, flags).json<CardBatchInfo[]>('/api/v1/codes'), batchesText),
  )
  clientCommand(group, 'print', 'the unused cards of a batch: as lines, or as a page to print')
    .argument('<batch>', 'its name, or the beginning of it')
    .option('-o, --out <FILE>', 'a page to print, such as cards.html')
    .action(async (typed: string, flags: CommonFlags & { readonly out?: string }) =>
      printTo(flags, await named(flags, typed), flags.out),
    )
  clientCommand(group, 'revoke', 'take cards back: those named, or all that nobody redeemed')
    .argument('<batch>', 'its name, or the beginning of it')
    .argument('[cards...]', 'their numbers, as they are printed')
    .action(async (typed: string, cards: string[], flags: CommonFlags) => {
      const json = { serials: serialsOf(cards) }
      const path = `/api/v1/codes/${await named(flags, typed)}/revoke`
      print(
        context,
        flags,
        await connect(context, flags).json<CardBatchInfo>(path, { method: 'POST', json }),
        batchText,
      )
    })
  clientCommand(group, 'forget', 'delete the secrets after printing: no one can print these cards again')
    .argument('<batch>', 'its name, or the beginning of it')
    .action(async (typed: string, flags: CommonFlags) => {
      const batch = await named(flags, typed)
      await connect(context, flags).json(`/api/v1/codes/${batch}/secrets`, { method: 'DELETE' })
      print(context, flags, { batch }, () => 'Forgotten. What was printed still works.\n')
    })
  verifyCardCommand(group, context, async (flags, card) =>
    connect(context, flags).json<CheckedCard>('/api/v1/codes/check', { method: 'POST', json: { card } }),
  )
}
