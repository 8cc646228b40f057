import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { CharterFile } from '#protocols/api/v1/acts.ts'
import { NETWORK } from '#protocols/envelope/v1/constants.ts'
import {
  COMMITTEE_SIZES,
  decodeSignedCharter,
  encodeCharter,
  encodeSignedCharter,
  type Member,
  type SignedCharter,
} from '#protocols/ledger/v1/charter.ts'
import { committeeFor } from '#src/ledger/committee/committee-for.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { clean, dayTime } from '../format.ts'
import { readInput } from '../read-input.ts'
import { saveFile } from '../save-file.ts'

const CHARTER_BYTES_MAX = 131_072

function read(bytes: Uint8Array): SignedCharter {
  const signed = decodeSignedCharter(bytes)
  if (!signed.ok) throw new StageError('bad-arguments', `This is no charter: ${clean(signed.error.message)}.`)
  return signed.value
}

function charterText(bytes: Uint8Array): string {
  const { charter, signatures } = read(bytes)
  const { epoch, members, startsAt } = charter
  const signed = new Set(signatures.map(({ key }) => Buffer.from(key).toString('hex')))
  const lines = members.map(({ community, name, operator, stake }) => {
    const key = Buffer.from(community).toString('hex')
    const { total, quorum } = committeeFor(charter, community)
    const audited = total === 1 ? 'certifies itself' : `certified by ${quorum} of ${total} seats`
    return `  ${clean(name)}, run by ${clean(operator)}, stake ${stake}; ${audited}; ${signed.has(key) ? 'signed' : 'not signed here'}\n    ${key}\n`
  })
  return `Charter of epoch ${epoch}, from ${dayTime(startsAt)} UTC, ${members.length} communities\n${lines.join('')}`
}

/** `KEY,NAME,OPERATOR,STAKE` */
function memberOf(text: string): Member {
  const [key = '', name = '', operator = '', stake = '', ...rest] = text.split(',').map(part => part.trim())
  if (
    rest.length > 0 ||
    !/^[0-9a-f]{64}$/.test(key) ||
    name === '' ||
    operator === '' ||
    !/^[1-9]\d{0,14}$/.test(stake)
  )
    throw new StageError('bad-arguments', `Cannot read the member "${clean(text)}": write KEY,NAME,OPERATOR,STAKE.`)
  return { community: new Uint8Array(Buffer.from(key, 'hex')), name, operator, stake: Number(stake), address: null }
}

interface ProposeFlags extends CommonFlags {
  readonly member: string[]
  readonly seats: string
  readonly from?: string
  readonly after?: string
  readonly out: string
}

async function propose(context: CliContext, flags: ProposeFlags): Promise<void> {
  const { hasher } = await context.services.ports()
  const before =
    flags.after === undefined ? null : read(await readInput(context, flags.after, CHARTER_BYTES_MAX)).charter
  const seats = COMMITTEE_SIZES.find(size => String(size) === flags.seats)
  const startsAt = flags.from === undefined ? Date.now() : Date.parse(flags.from)
  if (seats === undefined) throw new StageError('bad-arguments', '--seats is 1, 4, 7, 13 or 21.')
  if (!Number.isInteger(startsAt))
    throw new StageError('bad-arguments', '--from is a time such as 2026-12-01T00:00:00Z.')
  const members = flags.member.map(memberOf).sort((a, b) => Buffer.compare(a.community, b.community))
  const previous = before === null ? null : hasher.sha256(encodeCharter(before))
  const charter = { network: NETWORK, epoch: (before?.epoch ?? 0) + 1, previous, seats, members, startsAt }
  const bytes = encodeSignedCharter({ charter, signatures: [] })
  const text = charterText(bytes)
  await saveFile(context, flags.out, bytes)
  context.stdout.write(
    `${text}Every community in it signs the file: bandstand federation sign ${clean(flags.out)} --out SIGNED\n`,
  )
}

const collect = (one: string, before: string[]): string[] => [...before, one]

/** `federation show | propose | sign | join`. */
export function federationCommands(program: Command, context: CliContext): void {
  const group = program
    .command('federation')
    .description('communities that certify each other: show, propose, sign, join')
  group.enablePositionalOptions()
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

  clientCommand(group, 'show', 'the charter in force here, or the one in a file')
    .argument('[file]', 'a charter; nothing is asked then')
    .action(async (path: string | undefined, flags: CommonFlags) => {
      if (path !== undefined) {
        context.stdout.write(charterText(await readInput(context, path, CHARTER_BYTES_MAX)))
        return
      }
      const answer = await connect(context, flags).json<{ epoch: number; charter?: string | null }>(
        '/api/v1/federation',
      )
      print(context, flags, answer, ({ epoch, charter }) =>
        epoch === 0 || !charter
          ? 'This community belongs to no federation: its log is self-certified.\n'
          : charterText(new Uint8Array(Buffer.from(charter, 'base64'))),
      )
    })
  group
    .command('propose')
    .description('write a charter that the communities in it can sign; asks no stage')
    .requiredOption('--member <KEY,NAME,OPERATOR,STAKE>', 'a community; repeat for each', collect, [])
    .option('--seats <N>', 'most seats of a committee: 1, 4, 7, 13 or 21', '4')
    .option('--from <TIME>', 'when it begins, such as 2026-12-01T00:00:00Z; now when left out')
    .option('--after <FILE>', 'the charter that it follows on')
    .requiredOption('-o, --out <FILE>', 'where it goes')
    .action((flags: ProposeFlags) => propose(context, flags))
  clientCommand(group, 'sign', "add this community's signature to a charter")
    .argument('<file>', 'the charter, with the signatures it has so far')
    .requiredOption('-o, --out <FILE>', 'where the signed charter goes')
    .action(async (path: string, flags: CommonFlags & { out: string }) => {
      const json = { charter: base64(await readInput(context, path, CHARTER_BYTES_MAX)) }
      const answer = await connect(context, flags).json<CharterFile>('/api/v1/federation/sign', {
        method: 'POST',
        json,
      })
      const signed = new Uint8Array(Buffer.from(answer.charter, 'base64'))
      await saveFile(context, flags.out, signed)
      context.stdout.write(charterText(signed))
    })
  clientCommand(group, 'join', 'adopt a charter that everybody signed')
    .argument('<file>', 'the signed charter')
    .action(async (path: string, flags: CommonFlags) => {
      const bytes = await readInput(context, path, CHARTER_BYTES_MAX)
      const json = { charter: base64(bytes) }
      const answer = await connect(context, flags).json<unknown>('/api/v1/federation', { method: 'POST', json })
      print(context, flags, answer, () => charterText(bytes))
    })
}
