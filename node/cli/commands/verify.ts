import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import { BUNDLE_BYTES_MAX, isBundle } from '#protocols/ledger/v1/bundle-file.ts'
import { decodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { readAck } from '#src/ledger/check-ack.ts'
import { verifyEvidence } from '#src/ledger/committee/evidence-verify.ts'
import { createRules } from '#src/royalties/rules.ts'
import { type BundleVerdict, verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import { judgeAck, proofFrom, readAckFile } from '../ack-file.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../format.ts'
import { readInput } from '../read-input.ts'

interface VerifyFlags {
  readonly proof?: string
  readonly community?: string
  readonly json?: boolean
}

function bundleText({ subject, period, community, steps, certification }: BundleVerdict): string {
  const lines = steps.map(
    step => `  ${step.checked ? 'ok ' : '?? '} ${clean(step.said)}\n       ${clean(step.detail)}\n`,
  )
  const who = certification.self
    ? `It is as good as the word of community ${community}: compare this key with the one you know.`
    : `It holds as far as the charter in it is the one you know, and community ${community} is the one you mean.`
  return `Statement bundle of ${clean(subject)}, ${period}\n${lines.join('')}Everything in this file holds together.\n${who}\n`
}

function checkKey(flags: VerifyFlags, community: string): void {
  if (flags.community !== undefined && flags.community !== community)
    throw new StageError('conflict', `This file is of community ${community}, not of ${clean(flags.community)}.`)
}

async function bundle(context: CliContext, flags: VerifyFlags, file: Uint8Array): Promise<string> {
  const ports = await context.services.ports()
  const judged = verifyBundle({ ...ports, rules: createRules(ports) }, file)
  if (!judged.ok)
    throw new StageError(
      'bad-signature',
      `This bundle does not hold. ${clean(judged.error.part)}: ${clean(judged.error.message)}.`,
    )
  checkKey(flags, judged.value.community)
  if (!flags.json) return bundleText(judged.value)
  return `${JSON.stringify(judged.value, (_key, value) => (typeof value === 'bigint' ? value.toString() : value), 2)}\n`
}

async function other(context: CliContext, flags: VerifyFlags, file: Uint8Array): Promise<string> {
  const ports = await context.services.ports()
  const evidence = decodeEvidence(file)
  if (evidence.ok) {
    const judged = verifyEvidence({ ...ports, rules: createRules(ports) }, evidence.value)
    if (!judged.ok)
      throw new StageError('bad-signature', `This evidence convicts nobody: ${clean(judged.error.message)}.`)
    return `This evidence holds. ${clean(judged.value.sentence)}\n`
  }
  const ack = readAck(ports, readAckFile(file))
  if (!ack.ok)
    throw new StageError(
      'bad-arguments',
      'This file is no statement bundle, no evidence and no ack: nothing here can be verified.',
    )
  if (flags.proof === undefined)
    return `This ack is signed: entry ${ack.value.index} of ${ack.value.origin}. To see whether it was kept, add --proof FILE.\n`
  return judgeAck(ports, ack.value, await proofFrom(context, flags.proof, ack.value.index, ack.value.leaf)).text
}

/** `verify FILE`: asks no stage and no network, and opens no data folder. */
export function verifyCommand(program: Command, context: CliContext): void {
  program
    .command('verify')
    .description('check a statement bundle, evidence or an ack offline: no stage, no network')
    .argument('<file>', 'the file that somebody gave you')
    .option('--proof <FILE>', 'for an ack: the tlog-proof of its place in the log')
    .option('--community <KEY>', 'the community whose log it must be, 64 hex digits')
    .option('--json', 'print what a bundle proves as JSON')
    .action(async (path: string, flags: VerifyFlags) => {
      if (flags.community !== undefined && !/^[0-9a-f]{64}$/.test(flags.community))
        throw new StageError('bad-arguments', '--community is a key of 64 hex digits.')
      const file = await readInput(context, path, BUNDLE_BYTES_MAX)
      context.stdout.write(await (isBundle(file) ? bundle(context, flags, file) : other(context, flags, file)))
    })
}
