import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { ConformanceReport } from '#node/ports/conformance.ts'
import type { ConformanceInfo } from '#protocols/api/v1/conformance.ts'
import { RESULT_BYTES_MAX } from '#protocols/conformance/v1/constants.ts'
import { clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { clean, dayTime, table } from '../format.ts'
import { readInput } from '../read-input.ts'
import { saveFile } from '../save-file.ts'

const MARKS = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' } as const

interface CheckFlags {
  readonly json?: boolean
  readonly output?: string
  readonly only?: readonly string[]
}

const countOf = ({ checks }: Pick<ConformanceReport, 'checks'>, wanted: string): number =>
  checks.filter(({ outcome }) => outcome === wanted).length

function reportText(report: ConformanceReport): string {
  const rows = report.checks.map(({ name, outcome, about, detail }) => [
    MARKS[outcome],
    name,
    detail === '' ? about : `${about}: ${detail}`,
  ])
  const counts = `${countOf(report, 'passed')} passed, ${countOf(report, 'failed')} failed, ${countOf(report, 'skipped')} skipped`
  return `Stage ${report.stage}, running ${clean(report.software) || 'unknown software'}\n\n${table(
    ['', 'CHECK', 'THE STAGE'],
    rows,
  )}\n${counts}\n`
}

/** Bytes as base64 for programs: they can be published or shown to others. */
const reportJson = (report: ConformanceReport): string =>
  `${JSON.stringify({ ...report, result: Buffer.from(report.result).toString('base64') }, null, 2)}\n`

async function check(context: CliContext, address: string, flags: CheckFlags): Promise<void> {
  let done = 0
  const told = (): void => {
    done++
    if (context.stderr.isTTY) context.stderr.write(`\r${done} checks`)
  }
  const report = await context.services.checkConformance(address, told, flags.only ?? [])
  if (context.stderr.isTTY) context.stderr.write('\r')
  if (flags.output !== undefined) await saveFile(context, flags.output, report.result)
  context.stdout.write(flags.json ? reportJson(report) : reportText(report))
  const failed = countOf(report, 'failed')
  if (failed > 0)
    throw new StageError('conflict', `This stage does not conform: ${failed} of ${report.checks.length} checks failed.`)
}

/** `conformance MULTIADDR` asks another stage and opens no data folder; `conformance publish FILE` has the own stage show a result. */
export function conformanceCommand(program: Command, context: CliContext): void {
  const group = program
    .command('conformance')
    .description('check any stage against the specs, as a stranger who dials it')
    .argument('<address>', 'its multiaddr, ending in /p2p/ and its peer id')
    .option('-o, --output <FILE>', 'keep the signed result')
    .option('--only <NAMES...>', 'checks whose names begin so, such as hello or value/lines')
    .option('--json', 'print the result as JSON')
    .action((address: string, flags: CheckFlags) => check(context, address, flags))
  clientCommand(group, 'publish', 'sign a result about this stage, and show it at /api/v1/conformance')
    .argument('<file>', 'the result that a checker kept with --output')
    .action(async (path: string, flags) => {
      const result = Buffer.from(await readInput(context, path, RESULT_BYTES_MAX)).toString('base64')
      const client = connect(context, flags)
      const shown = await client.json<ConformanceInfo>('/api/v1/conformance', { method: 'POST', json: { result } })
      print(
        context,
        flags,
        shown,
        ({ passed, failed, skipped, at }) =>
          `Published what was found on ${dayTime(at)}: ${passed} passed, ${failed} failed, ${skipped} skipped.\n`,
      )
    })
}
