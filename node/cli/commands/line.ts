import type { Command } from 'commander'
import type { CounterpartyStatement, LineAnswer } from '#protocols/api/v1/desk-schemas.ts'
import type { PeerValue } from '#protocols/api/v1/schemas.ts'
import type { StageClient } from '../client.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { amountText, clean, dayTime, table } from '../format.ts'
import { fineText, haircutOf, otherCommunity, ownAmount, untilTime } from '../value-arguments.ts'

const LINE_DAYS = 90
const HAIRCUT_SCALE = 2

interface SetFlags extends CommonFlags {
  readonly until?: string
  readonly haircut: string
  readonly alone?: boolean
}

function peersText(peers: readonly PeerValue[]): string {
  if (peers.length === 0)
    return 'There is nothing between this community and others yet. Begin with: bandstand line set\n'
  const line = ({ limit, scale, code, haircut, expiry }: PeerValue['accepts'][number]): string => {
    const kept = haircut === 0 ? '' : `, keeps ${amountText(String(haircut), HAIRCUT_SCALE, '%')}`
    return limit === '0'
      ? 'closed'
      : `up to ${amountText(limit, scale, code)}${kept}, until ${dayTime(expiry).slice(0, 10)}`
  }
  return peers
    .map(peer => {
      const lines = [
        `${clean(peer.name)}  ${peer.community}${peer.frozen ? '  FROZEN' : ''}${peer.connected ? '' : '  (not connected)'}`,
        ...peer.accepts.map(one => `  we accept of them   ${line(one)}`),
        ...peer.offers.map(one => `  they accept of us   ${line(one)}`),
        ...peer.positions.map(({ position, onTheWay, couldLose, code, scale }) => {
          const owing = position.startsWith('-')
            ? `they owe us ${fineText(position.slice(1), scale, code)}`
            : `we owe them ${fineText(position, scale, code)}`
          const way = onTheWay === '0' ? '' : `, ${fineText(onTheWay, scale, code)} on its way`
          return `  ${owing}${way}; largest possible loss ${fineText(couldLose, scale, code)}`
        }),
      ]
      return `${lines.join('\n')}\n`
    })
    .join('')
}

function statementText(of: CounterpartyStatement): string {
  const { name, code, scale, position, onTheWay, theirs, lines, opening, period, said } = of
  const money = (fine: string): string => fineText(fine, scale, code)
  const head = [
    `${clean(name)}, ${period}. Above zero this community owes them, below zero they owe it.`,
    `here    ${money(position)}${onTheWay === '0' ? '' : `, and ${money(onTheWay)} on its way to them`}`,
    theirs === null ? 'there   not asked' : `there   ${money(theirs.position)}, as they signed it`,
    clean(said),
    '',
  ].join('\n')
  const rows = lines.map(({ entry, at, kind, amount, position: after }) => [
    `#${entry}`,
    dayTime(at),
    kind,
    money(amount),
    money(after),
  ])
  const body = table(
    ['ENTRY', 'TIME', 'WHAT', 'CHANGE', 'POSITION'],
    [['', '', 'opening', '', money(opening)], ...rows],
  )
  return `${head}${body}`
}

const said = ({ said: text, receipt }: LineAnswer): string =>
  `${clean(text)}${receipt === null ? '' : ` Entry ${receipt} of the log.`}\n`

/** `line list | set | close | freeze | unfreeze | statement`. */
export function lineCommands(program: Command, context: CliContext): void {
  const group = program
    .command('line')
    .description('how much credit this community accepts of others, and what it could lose')
  group.enablePositionalOptions()

  const put = async (client: StageClient, community: string, json: unknown): Promise<LineAnswer> =>
    client.json<LineAnswer>(`/api/v1/lines/${community}`, { method: 'PUT', json })

  clientCommand(group, 'list', 'every line, what is owed, and the largest possible loss').action(
    async (flags: CommonFlags) =>
      print(context, flags, await connect(context, flags).json<PeerValue[]>('/api/v1/peers/value'), peersText),
  )
  clientCommand(group, 'set', 'accept the credit of another community, up to a limit: the most that can be lost')
    .argument('<community>', 'its key, peer id or name')
    .argument('<limit>', 'such as 500.00')
    .option('--until <DAY>', `last day, such as 2027-01-31 (${LINE_DAYS} days when left out)`)
    .option('--haircut <PERCENT>', 'what is kept of every payment that comes in, such as 2.5', '0')
    .option('--alone', 'accept a community whose log nobody else certifies')
    .action(async (typed: string, limit: string, flags: SetFlags) => {
      const expiry = untilTime(flags.until, LINE_DAYS)
      const haircut = haircutOf(flags.haircut)
      const client = connect(context, flags)
      const { amount } = await ownAmount(client, limit, true)
      const json = { limit: amount, haircut, expiry, alone: flags.alone ?? false }
      print(context, flags, await put(client, await otherCommunity(client, typed), json), said)
    })
  clientCommand(group, 'close', 'accept nothing more; what is owed stays owed')
    .argument('<community>', 'its key, peer id or name')
    .action(async (typed: string, flags: CommonFlags) => {
      const client = connect(context, flags)
      const json = { limit: '0', expiry: Date.now() }
      print(context, flags, await put(client, await otherCommunity(client, typed), json), said)
    })
  for (const [name, frozen, summary] of [
    ['freeze', true, 'during a dispute: accept, settle and net nothing with a community'],
    ['unfreeze', false, 'end the dispute'],
  ] as const)
    clientCommand(group, name, summary)
      .argument('<community>', 'its key, peer id or name')
      .option('--reason <TEXT>', 'why; stays on this stage and can be erased', '')
      .action(async (typed: string, flags: CommonFlags & { readonly reason: string }) => {
        const client = connect(context, flags)
        const path = `/api/v1/lines/${await otherCommunity(client, typed)}/freeze`
        const json = { frozen, reason: flags.reason }
        print(context, flags, await client.json<LineAnswer>(path, { method: 'POST', json }), said)
      })
  clientCommand(group, 'statement', 'what is between this community and another one, as both sides see it')
    .argument('<community>', 'its key, peer id or name')
    .option('--period <MONTH>', 'such as 2026-11; this month when left out')
    .action(async (typed: string, flags: CommonFlags & { readonly period?: string }) => {
      const client = connect(context, flags)
      const query = flags.period === undefined ? '' : `?period=${encodeURIComponent(flags.period)}`
      const path = `/api/v1/peers/${await otherCommunity(client, typed)}/statement${query}`
      print(context, flags, await client.json<CounterpartyStatement>(path), statementText)
    })
}
