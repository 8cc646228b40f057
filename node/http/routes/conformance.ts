import { z } from 'zod'
import * as api from '#protocols/api/v1/conformance.ts'
import { type CheckOutcome, type ConformanceResult, encodeResult } from '#protocols/conformance/v1/codec.ts'
import { RESULT_BYTES_MAX } from '#protocols/conformance/v1/constants.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const describe = (result: ConformanceResult): api.ConformanceInfo => {
  const { suite, checker, software, at, checks } = result
  const count = (wanted: CheckOutcome): number => checks.filter(({ outcome }) => outcome === wanted).length
  return {
    suite,
    checker: Buffer.from(checker).toString('hex'),
    software,
    at,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    checks: [...checks],
    result: Buffer.from(encodeResult(result)).toString('base64'),
  }
}

/** What others found when they checked this stage, as far as its operator shows it. */
export function conformanceRoutes(app: App, context: Context): void {
  const { conformance } = context.options
  if (conformance === undefined) return
  const { operator } = guards(context)
  app.get('/conformance', { schema: { response: { 200: z.array(api.ConformanceInfo) } } }, () =>
    conformance.list().map(describe),
  )
  app.post(
    '/conformance',
    {
      onRequest: operator,
      bodyLimit: 2 * RESULT_BYTES_MAX,
      schema: { body: api.PublishConformance, response: { 200: api.ConformanceInfo } },
    },
    async request => describe(await conformance.publish(new Uint8Array(Buffer.from(request.body.result, 'base64')))),
  )
}
