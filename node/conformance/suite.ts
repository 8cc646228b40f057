import { StageError } from '#node/errors.ts'
import type { ConformanceReport } from '#node/ports/conformance.ts'
import { type CheckResult, encodeResult, findingsMessage } from '#protocols/conformance/v1/codec.ts'
import { SUITE } from '#protocols/conformance/v1/constants.ts'
import type { Signer } from '#src/kernel/ports.ts'
import { type Bench, type Check, calling } from './check.ts'
import { auditChecks } from './checks/audit.ts'
import { blocksChecks } from './checks/blocks.ts'
import { gossipChecks } from './checks/gossip.ts'
import { helloChecks } from './checks/hello.ts'
import { limitChecks } from './checks/limits.ts'
import { paymentChecks } from './checks/payment.ts'
import { syncChecks } from './checks/sync.ts'
import { valueChecks } from './checks/value.ts'
import { agree } from './loose-hello.ts'
import { runChecks } from './run.ts'

/** Suite 1. What waits longest begins first; what floods the stage comes last. */
export const CHECKS: readonly Check[] = [
  ...helloChecks.toReversed(),
  ...syncChecks,
  ...blocksChecks,
  ...auditChecks,
  ...gossipChecks,
  ...valueChecks,
  ...paymentChecks,
  ...limitChecks,
]

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/**
 * Checks one stage and signs what was found; only checks whose names begin with one of `only`, where it names any. Throws `StageError` 'peer-unreachable' when nobody answers there; whatever a stage
 * that answers does is in the report.
 */
export async function checkConformance(
  bench: Bench,
  checker: Signer,
  told: (result: CheckResult) => void = () => {},
  only: readonly string[] = [],
): Promise<ConformanceReport> {
  const wanted = CHECKS.filter(({ name }) => only.length === 0 || only.some(start => name.startsWith(start)))
  if (wanted.length === 0) throw new StageError('bad-arguments', `No check is called ${only.join(' or ')}.`)
  const { stage, software } = await calling(bench, async call => ({
    stage: call.stage,
    // A stage that cannot even say hello is checked all the same.
    software: await agree(bench, call).then(
      hello => hello.software,
      () => '',
    ),
  }))
  const results = await runChecks(bench, wanted, told)
  const checks = results.toSorted((a, b) => order(a.name) - order(b.name))
  const findings = { suite: SUITE, checker: checker.publicKey, stage, software, at: bench.clock.nowMs(), checks }
  const signature = await checker.sign(findingsMessage(findings))
  return {
    stage: hex(stage),
    checker: hex(checker.publicKey),
    software,
    checks: checks.map(result => ({ ...result, about: ABOUT.get(result.name) ?? '' })),
    result: encodeResult({ ...findings, signature, published: null }),
  }
}

const ABOUT = new Map(CHECKS.map(({ name, about }) => [name, about]))
const PLACES = new Map([...helloChecks, ...CHECKS.slice(helloChecks.length)].map(({ name }, at) => [name, at]))
const order = (name: string): number => PLACES.get(name) ?? 0
