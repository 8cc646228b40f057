import { type Command, Option } from 'commander'
import type { RailInfo, SettlementInfo } from '#protocols/api/v1/desk-schemas.ts'
import { DESK_KINDS } from '#protocols/value/v1/desk-note.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { amountText, clean, table } from '../format.ts'
import { nameFrom, otherCommunity, ownAmount } from '../value-arguments.ts'

const NAME_SHOWN = 8

interface ProposeFlags extends CommonFlags {
  readonly rail: string
  readonly to?: string
}

interface WordFlags extends CommonFlags {
  readonly kind: string
  readonly note: string
}

const settlementText = ({ id, name, side, amount, scale, code, number, rail, state, said }: SettlementInfo): string => {
  const who = side === 'debtor' ? `we pay ${clean(name)}` : `${clean(name)} pays us`
  return `${id.slice(0, NAME_SHOWN)}  ${state}: ${who} ${amountText(amount, scale, code)} by ${rail}, settlement ${number}\n${clean(said)}\n`
}

function listText(rows: readonly SettlementInfo[]): string {
  if (rows.length === 0) return 'Nothing was settled yet.\n'
  return table(
    ['NAME', 'STATE', 'WHO', 'AMOUNT', 'RAIL', 'WHAT HAPPENED LAST'],
    rows.map(({ id, state, side, name, amount, scale, code, rail, said }) => [
      id.slice(0, NAME_SHOWN),
      state,
      side === 'debtor' ? `we pay ${name}` : `${name} pays us`,
      amountText(amount, scale, code),
      rail,
      said,
    ]),
  )
}

/** `settle propose | confirm | refuse | list | rails`. */
export function settleCommands(program: Command, context: CliContext): void {
  const group = program.command('settle').description('pay what this community owes another one, outside the log')
  group.enablePositionalOptions()
  const list = (flags: CommonFlags) => connect(context, flags).json<SettlementInfo[]>('/api/v1/settlements')
  const act = async (flags: CommonFlags, typed: string, what: string, json: unknown): Promise<SettlementInfo> => {
    const id = nameFrom(
      (await list(flags)).map(row => row.id),
      typed,
      'settlement',
    )
    return connect(context, flags).json<SettlementInfo>(`/api/v1/settlements/${id}/${what}`, { method: 'POST', json })
  }

  clientCommand(group, 'list', 'settlements, and what each waits for').action(async (flags: CommonFlags) =>
    print(context, flags, await list(flags), listText),
  )
  clientCommand(group, 'rails', 'ways in which this community pays and is paid').action(async (flags: CommonFlags) =>
    print(context, flags, await connect(context, flags).json<RailInfo[]>('/api/v1/rails'), rails =>
      table(
        ['RAIL', 'WE ARE PAID AT', 'WHAT IT IS'],
        rails.map(({ id, address, about }) => [id, address, about]),
      ),
    ),
  )
  clientCommand(group, 'propose', 'pay a debt: all of it, or an amount')
    .argument('<community>', 'who is owed: its key, peer id or name')
    .argument('[amount]', 'such as 50.00; all that is owed when left out')
    .option('--rail <RAIL>', 'by which rail: see `bandstand settle rails`', 'cash')
    .option('--to <ADDRESS>', 'where they are paid, as the rail writes it; the cash desk needs none')
    .action(async (typed: string, amount: string | undefined, flags: ProposeFlags) => {
      const client = connect(context, flags)
      const community = await otherCommunity(client, typed)
      const part = amount === undefined ? null : (await ownAmount(client, amount)).amount
      const json = { community, amount: part, rail: flags.rail, payee: flags.to ?? null }
      const answer = await client.json<SettlementInfo>('/api/v1/settlements', { method: 'POST', json })
      print(context, flags, answer, settlementText)
    })
  clientCommand(group, 'confirm', 'say that it was paid, or that it arrived; other rails are asked again')
    .argument('<settlement>', 'its name, or the beginning of it')
    .addOption(new Option('--kind <KIND>', 'how it changed hands').choices(DESK_KINDS).default('cash'))
    .option('--note <TEXT>', 'who, and in which words; stays on this stage and can be erased', '')
    .action(async (typed: string, flags: WordFlags) =>
      print(context, flags, await act(flags, typed, 'confirm', { kind: flags.kind, text: flags.note }), settlementText),
    )
  clientCommand(group, 'refuse', 'say that it will not be paid, or did not arrive')
    .argument('<settlement>', 'its name, or the beginning of it')
    .action(async (typed: string, flags: CommonFlags) =>
      print(context, flags, await act(flags, typed, 'refuse', {}), settlementText),
    )
}
