import type { CheckOutcome, CheckResult } from '#protocols/conformance/v1/codec.ts'
import { DETAIL_CHARS_MAX } from '#protocols/conformance/v1/constants.ts'
import { type Bench, type Check, Finding, Skip } from './check.ts'

/** Longest time for one check. */
const CHECK_MS_MAX = 45_000
/** Checks that run at once: each is a stranger of its own to the stage. */
const AT_ONCE = 4

const line = (text: string): string =>
  text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .toWellFormed()
    .slice(0, DETAIL_CHARS_MAX)

async function runOne(bench: Bench, { name, run }: Check): Promise<CheckResult> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Finding('it took too long')), CHECK_MS_MAX)
  const done = (outcome: CheckOutcome, detail = ''): CheckResult => ({ name, outcome, detail: line(detail) })
  try {
    await Promise.race([run(bench), late.promise])
    return done('passed')
  } catch (cause) {
    if (cause instanceof Skip) return done('skipped', cause.message)
    if (cause instanceof Finding) return done('failed', cause.message)
    return done('failed', `the connection failed: ${cause instanceof Error ? cause.message : String(cause)}`)
  } finally {
    clearTimeout(timer)
  }
}

/** Runs all checks; results in the order of the checks. Never rejects for what a stage does. */
export async function runChecks(
  bench: Bench,
  checks: readonly Check[],
  told: (result: CheckResult) => void = () => {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < checks.length; at = next++) {
      const result = await runOne(bench, checks[at] as Check)
      results[at] = result
      told(result)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results
}
