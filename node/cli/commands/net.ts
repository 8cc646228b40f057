import type { Command } from 'commander'
import type { NettingInfo } from '#protocols/api/v1/desk-schemas.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { clean, dayTime, table } from '../format.ts'
import { fineText, nameFrom } from '../value-arguments.ts'

const NAME_SHOWN = 8
/** It binds: the debts in it count as struck out. */
const SIGNED = 'signed, not complete'

const IS_OVER: Partial<Record<NettingInfo['state'], string>> = {
  refused: 'It was refused: nothing moves.',
  expired: 'Not everybody signed in time: nothing moved.',
  entered: 'All signed: it is in the logs.',
}

function nettingText(netting: NettingInfo): string {
  const { id, code, scale, state, said, participants, changes, lessOwed, expiry } = netting
  const name = new Map(participants.map(one => [one.community, one.name]))
  const money = (fine: string): string => fineText(fine, scale, code)
  const lines = [
    `${id.slice(0, NAME_SHOWN)}  ${state === 'signed' ? SIGNED : state}; may be signed until ${dayTime(expiry)} UTC`,
    `This community would owe ${money(lessOwed)} less, and be owed as much less. Nobody pays anything.`,
    ...changes.map(
      ({ debtor, creditor, amount }) =>
        `  ${clean(name.get(debtor) ?? debtor)} owes ${clean(name.get(creditor) ?? creditor)} ${money(amount)} less`,
    ),
    ...participants.map(one => `  ${one.signed ? 'signed    ' : 'not signed'} ${clean(one.name)}`),
    IS_OVER[state] ?? 'Nothing moves unless all of them sign.',
    clean(said),
  ]
  return `${lines.join('\n')}\n`
}

function listText(rows: readonly NettingInfo[]): string {
  if (rows.length === 0) return 'There was no netting yet. Begin with: bandstand net propose\n'
  return table(
    ['NAME', 'STATE', 'WE OWE LESS', 'SIGNED', 'UNTIL', 'WHAT HAPPENED LAST'],
    rows.map(({ id, state, lessOwed, scale, code, participants, expiry, said }) => [
      id.slice(0, NAME_SHOWN),
      state === 'signed' ? SIGNED : state,
      fineText(lessOwed, scale, code),
      `${participants.filter(one => one.signed).length} of ${participants.length}`,
      dayTime(expiry),
      said,
    ]),
  )
}

/** `net propose | show | accept | refuse | list`. */
export function netCommands(program: Command, context: CliContext): void {
  const group = program.command('net').description('strike out debts that go round in a circle, with everybody in it')
  group.enablePositionalOptions()
  const list = (flags: CommonFlags) => connect(context, flags).json<NettingInfo[]>('/api/v1/nettings')
  const named = async (flags: CommonFlags, typed: string): Promise<string> =>
    nameFrom(
      (await list(flags)).map(row => row.id),
      typed,
      'netting',
    )
  const post = (flags: CommonFlags, path: string) =>
    connect(context, flags).json<NettingInfo>(`/api/v1/nettings${path}`, { method: 'POST' })

  clientCommand(group, 'propose', 'ask the connected stages how they stand, and propose what cancels').action(
    async (flags: CommonFlags) => print(context, flags, await post(flags, ''), nettingText),
  )
  clientCommand(group, 'list', 'nettings that this community takes part in').action(async (flags: CommonFlags) =>
    print(context, flags, await list(flags), listText),
  )
  clientCommand(group, 'show', 'who would owe whom how much less, and who signed')
    .argument('<netting>', 'its name, or the beginning of it')
    .action(async (typed: string, flags: CommonFlags) => {
      const path = `/api/v1/nettings/${await named(flags, typed)}`
      print(context, flags, await connect(context, flags).json<NettingInfo>(path), nettingText)
    })
  for (const [what, summary] of [
    ['accept', 'sign it for this community'],
    ['refuse', 'do not take part: nothing moves for anybody'],
  ] as const)
    clientCommand(group, what, summary)
      .argument('<netting>', 'its name, or the beginning of it')
      .action(async (typed: string, flags: CommonFlags) =>
        print(context, flags, await post(flags, `/${await named(flags, typed)}/${what}`), nettingText),
      )
}
