import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { AgreementInfo, SubmitResult } from '#protocols/api/v1/schemas.ts'
import { decodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { TERMS_BYTES_MAX } from '#protocols/ledger/v1/limits.ts'
import { type CommonFlags, clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../format.ts'
import { readInput } from '../read-input.ts'
import { termsFromJson } from '../terms-file.ts'

/** JSON is longer than what it says; beyond this no terms fit. */
const JSON_BYTES_MAX = TERMS_BYTES_MAX * 8

const STANDING: Readonly<Record<AgreementInfo['parties'][number]['standing'], string>> = {
  active: 'signed: paid at once',
  unsigned: 'not signed yet: the part waits in suspense',
  disputed: 'disputed: the part waits in suspense',
}

function agreementText({ hash, release, releaseTitle, inForce, active, parties, terms }: AgreementInfo): string {
  const read = decodeTerms(new Uint8Array(Buffer.from(terms, 'base64')))
  const lines = parties.map(({ party, name, standing, account }) => {
    const where = account === null ? 'no account yet' : `account ${account.slice(0, 8)}…`
    const how = account === null && standing === 'unsigned' ? 'the part waits in suspense' : STANDING[standing]
    return `  ${clean(name)} (${clean(party)}), ${where}; ${how}\n`
  })
  const nobody = parties.every(({ account }) => account === null)
  const state = nobody
    ? 'No party has an account yet; connect one on the page Agreements.'
    : active
      ? 'Every party that has an account signed.'
      : 'Not every party that has an account signed yet.'
  const use = release === null ? 'nested in others' : `for “${clean(releaseTitle ?? release)}”`
  return `${read.ok ? clean(read.value.title) : 'Agreement'}, ${use}, ${inForce ? 'in force' : 'not in force'}\n${hash}\n${lines.join('')}${state}\n`
}

function hashOf(typed: string): string {
  if (/^[0-9a-f]{64}$/.test(typed)) return typed
  throw new StageError('bad-arguments', `"${clean(typed)}" is no agreement: it is named by 64 hex digits.`)
}

const done =
  (what: string) =>
  (answer: SubmitResult): string =>
    `${what}${answer.receipt === null ? '' : `, as entry ${answer.receipt} of the log`}.\n`

/** `agreement propose | sign | show | dispute`. */
export function agreementCommands(program: Command, context: CliContext): void {
  const group = program.command('agreement').description('who gets what of a release: propose, sign, show, dispute')
  group.enablePositionalOptions()
  const post = (flags: CommonFlags, path: string, json: unknown = {}) =>
    connect(context, flags).json<SubmitResult & AgreementInfo>(`/api/v1/agreements${path}`, {
      method: 'POST',
      json,
    })

  clientCommand(group, 'propose', 'write terms into the log and adopt them for the community')
    .argument('<file>', 'the terms as JSON: see docs/guides/creators.md')
    .action(async (path: string, flags: CommonFlags) => {
      const terms = termsFromJson(Buffer.from(await readInput(context, path, JSON_BYTES_MAX)).toString('utf8'))
      const answer = await post(flags, '', { terms: Buffer.from(terms).toString('base64') })
      print(
        context,
        flags,
        answer,
        ({ hash }) => `Proposed: ${hash}. Each party signs it from their own page; until then their part waits.\n`,
      )
    })
  clientCommand(group, 'sign', "sign with the community's own key")
    .argument('<hash>', 'the agreement, 64 hex digits')
    .action(async (hash: string, flags: CommonFlags) =>
      print(context, flags, await post(flags, `/${hashOf(hash)}/sign`), done('Signed for the community')),
    )
  clientCommand(group, 'dispute', "hold a party's part back from now on")
    .argument('<hash>', 'the agreement, 64 hex digits')
    .argument('<party>', 'id of the party')
    .action(async (hash: string, party: string, flags: CommonFlags) =>
      print(
        context,
        flags,
        await post(flags, `/${hashOf(hash)}/dispute`, { party }),
        done(`The part of ${clean(party)} waits`),
      ),
    )
  clientCommand(group, 'show', 'the parties of an agreement, and who signed it')
    .argument('<hash>', 'the agreement, 64 hex digits')
    .action(async (hash: string, flags: CommonFlags) => {
      const answer = await connect(context, flags).json<AgreementInfo>(`/api/v1/agreements/${hashOf(hash)}`)
      print(context, flags, answer, agreementText)
    })
}
