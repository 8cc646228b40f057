import { type Command, Option } from 'commander'
import { StageError } from '#node/errors.ts'
import type { DeskNoteInfo, PurchaseInfo, UnansweredInfo } from '#protocols/api/v1/desk-schemas.ts'
import type { StageInfo, SubmitResult } from '#protocols/api/v1/schemas.ts'
import { DESK_KINDS } from '#protocols/value/v1/desk-note.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { amountText, clean, dayTime, table } from '../format.ts'
import { fineText, nameFrom, otherCommunity, ownAmount } from '../value-arguments.ts'

const NAME_SHOWN = 8

interface WordFlags extends CommonFlags {
  readonly kind: string
  readonly note: string
}

const account = (typed: string): string => {
  if (/^[0-9a-f]{64}$/.test(typed)) return typed
  throw new StageError(
    'bad-arguments',
    `"${clean(typed)}" is no account: one has 64 hex digits, as its wallet shows it.`,
  )
}

const index = (typed: string): number => {
  if (/^\d{1,15}$/.test(typed)) return Number(typed)
  throw new StageError('bad-arguments', `"${clean(typed)}" is no entry: give its number in the log.`)
}

const KIND_WORDS: Readonly<Record<DeskNoteInfo['kind'], string>> = {
  cash: 'in cash',
  bank: 'by bank transfer',
  barter: 'in kind',
  hours: 'in hours of work',
}

/** What can be printed and handed over the counter. */
function receiptText(note: DeskNoteInfo, community: string): string {
  const { id, direction, kind, other, amount, asset, state, decidedAt, text, entry } = note
  const money = amountText(amount, asset.scale, asset.code)
  const lines = [
    `${clean(community)}: ${direction === 'in' ? 'received' : 'handed over'} ${money} ${KIND_WORDS[kind]}`,
    state === 'confirmed' && decidedAt !== null ? `${dayTime(decidedAt)} UTC` : `NOT CONFIRMED (${state})`,
    `${direction === 'in' ? 'from' : 'to'}   ${other}`,
    ...(text === null ? [] : [clean(text)]),
    ...(entry === null ? [] : [`entry ${entry} of the log`]),
    `note   ${id}`,
    ...(note.note === null ? [] : ['signed', ...(note.note.match(/.{1,64}/g) ?? [])]),
  ]
  return `${lines.join('\n')}\n`
}

function notesText(notes: readonly DeskNoteInfo[]): string {
  if (notes.length === 0) return 'Nothing was written down at the desk yet.\n'
  return table(
    ['NAME', 'STATE', 'WHAT', 'WITH', 'TIME', 'WORDS'],
    notes.map(({ id, state, direction, kind, amount, asset, other, at, text }) => [
      id.slice(0, NAME_SHOWN),
      state,
      `${direction === 'in' ? 'received' : 'hand over'} ${amountText(amount, asset.scale, asset.code)} ${KIND_WORDS[kind]}`,
      `${other.slice(0, NAME_SHOWN)}…`,
      dayTime(at),
      text ?? '',
    ]),
  )
}

const done =
  (what: string) =>
  ({ receipt }: SubmitResult): string =>
    `${what}${receipt === null ? '' : `: entry ${receipt} of the log`}.\n`

const words = (command: Command): Command =>
  command
    .addOption(new Option('--kind <KIND>', 'how it changes hands').choices(DESK_KINDS).default('cash'))
    .option('--note <TEXT>', 'who, and in which words; stays on this stage and can be erased', '')

function noteCommands(program: Command, context: CliContext): void {
  const group = program
    .command('desk')
    .description('the cash desk: what people bring and take, with a signed note for each')
  group.enablePositionalOptions()
  const list = (flags: CommonFlags) => connect(context, flags).json<DeskNoteInfo[]>('/api/v1/desk/notes')
  const named = async (flags: CommonFlags, typed: string): Promise<string> =>
    nameFrom(
      (await list(flags)).map(row => row.id),
      typed,
      'note',
    )
  const show = async (flags: CommonFlags, note: DeskNoteInfo): Promise<void> => {
    const { name } = await connect(context, flags).json<StageInfo>('/api/v1/stage')
    print(context, flags, note, shown => receiptText(shown, name ?? 'This community'))
  }
  const post = (flags: CommonFlags, path: string, json: unknown = {}) =>
    connect(context, flags).json<DeskNoteInfo>(`/api/v1/desk/${path}`, { method: 'POST', json })

  clientCommand(group, 'list', 'notes of the desk').action(async (flags: CommonFlags) =>
    print(context, flags, await list(flags), notesText),
  )
  words(clientCommand(group, 'take', 'somebody brings value: credit for it, and a note'))
    .argument('<account>', "the fan's key, 64 hex digits")
    .argument('<amount>', 'such as 12.50')
    .action(async (typed: string, amount: string, flags: WordFlags) => {
      const to = account(typed)
      const units = (await ownAmount(connect(context, flags), amount)).amount
      await show(
        flags,
        await post(flags, 'takings', { account: to, amount: units, kind: flags.kind, text: flags.note }),
      )
    })
  clientCommand(group, 'pay', 'prepare a payout that an account asked for; confirm it when it was handed over')
    .argument('<entry>', 'number of the `redeem` in the log')
    .action(async (typed: string, flags: CommonFlags) =>
      show(flags, await post(flags, 'payouts', { entry: index(typed) })),
    )
  words(clientCommand(group, 'confirm', 'it changed hands: sign the note'))
    .argument('<note>', 'its name, or the beginning of it')
    .action(async (typed: string, flags: WordFlags) => {
      const json = { kind: flags.kind, text: flags.note }
      await show(flags, await post(flags, `notes/${await named(flags, typed)}/confirm`, json))
    })
  clientCommand(group, 'refuse', 'it did not change hands, and will not')
    .argument('<note>', 'its name, or the beginning of it')
    .action(async (typed: string, flags: CommonFlags) =>
      show(flags, await post(flags, `notes/${await named(flags, typed)}/refuse`)),
    )
  clientCommand(group, 'receipt', 'a note to print')
    .argument('<note>', 'its name, or the beginning of it')
    .action(async (typed: string, flags: CommonFlags) => {
      const path = `/api/v1/desk/notes/${await named(flags, typed)}`
      await show(flags, await connect(context, flags).json<DeskNoteInfo>(path))
    })
  clientCommand(group, 'erase', 'erase who it was and in which words; the signed note stays')
    .argument('<note>', 'its name, or the beginning of it')
    .action(async (typed: string, flags: CommonFlags) => {
      const id = await named(flags, typed)
      await connect(context, flags).json(`/api/v1/desk/notes/${id}/text`, { method: 'DELETE' })
      print(context, flags, { id }, () => 'Erased. The signed note stays, without the words.\n')
    })
}

function purchasesText(purchases: readonly PurchaseInfo[]): string {
  if (purchases.length === 0) return 'There is no purchase that could be taken back.\n'
  return table(
    ['RECEIPT', 'DISPUTED', 'AMOUNT', 'WHAT', 'PAYER', 'TIME'],
    purchases.map(({ receipt, disputed, amount, asset, release, releaseTitle, payer, at }) => [
      String(receipt),
      disputed ? 'yes' : '',
      amountText(amount, asset.scale, asset.code),
      releaseTitle ?? release ?? '',
      `${payer.slice(0, NAME_SHOWN)}…`,
      dayTime(at),
    ]),
  )
}

function unansweredText(list: readonly UnansweredInfo[]): string {
  if (list.length === 0) return 'No payment waits for you to give it up.\n'
  const rows = list.map(({ name, sequence, amount, scale, code, expiry }) => [
    name,
    String(sequence),
    fineText(amount, scale, code),
    dayTime(expiry),
  ])
  return `These are beyond what your lines let the stage give up by itself. Giving one up is at your own risk.\n${table(['COMMUNITY', 'PAYMENT', 'AMOUNT', 'EXPIRED'], rows)}`
}

/** `desk ...`, and what takes a payment back: `purchases`, `refund`, `give`, `write-off`. */
export function deskCommands(program: Command, context: CliContext): void {
  noteCommands(program, context)
  const post = (flags: CommonFlags, path: string, json: unknown) =>
    connect(context, flags).json<SubmitResult>(`/api/v1/${path}`, { method: 'POST', json })
  const reason = ['--reason <TEXT>', 'why; stays on this stage and can be erased', ''] as const

  clientCommand(program, 'purchases', 'purchases that can be taken back; disputed ones first').action(
    async (flags: CommonFlags) =>
      print(context, flags, await connect(context, flags).json<PurchaseInfo[]>('/api/v1/purchases'), purchasesText),
  )
  clientCommand(program, 'refund', 'take a purchase back: everybody who was paid returns it, or nothing moves')
    .argument('<receipt>', 'its number in the log: see `bandstand purchases`')
    .option(...reason)
    .action(async (typed: string, flags: CommonFlags & { readonly reason: string }) => {
      const json = { receipt: index(typed), reason: flags.reason }
      print(context, flags, await post(flags, 'refunds', json), done(`Receipt ${typed} is taken back`))
    })
  clientCommand(program, 'give', 'give credit out of what the community itself holds')
    .argument('<account>', "the member's key, 64 hex digits")
    .argument('<amount>', 'such as 12.50')
    .option(...reason)
    .action(async (typed: string, amount: string, flags: CommonFlags & { readonly reason: string }) => {
      const to = account(typed)
      const units = (await ownAmount(connect(context, flags), amount)).amount
      const json = { account: to, amount: units, reason: flags.reason }
      print(context, flags, await post(flags, 'desk/gifts', json), done('Given'))
    })
  clientCommand(
    program,
    'write-off',
    'give up on a payment that another community never answered, at your own risk: its payer has it back',
  )
    .argument('[community]', 'who was asked: its key, peer id or name; nothing lists what waits for you')
    .argument('[sequence]', 'number of the payment to that community')
    .action(async (typed: string | undefined, sequence: string | undefined, flags: CommonFlags) => {
      if (typed === undefined) {
        const list = await connect(context, flags).json<UnansweredInfo[]>('/api/v1/write-offs')
        return print(context, flags, list, unansweredText)
      }
      if (sequence === undefined)
        throw new StageError('bad-arguments', 'Say which payment: `bandstand write-off` lists them with their numbers.')
      const number = index(sequence)
      const community = await otherCommunity(connect(context, flags), typed)
      print(context, flags, await post(flags, 'write-offs', { community, sequence: number }), done('Written off'))
    })
}
