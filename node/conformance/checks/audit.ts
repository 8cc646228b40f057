import { type AuditAnswer, type AuditRequest, decodeAnswer, encodeRequest } from '#protocols/audit/v1/codec.ts'
import { AUDIT_PROTOCOL } from '#protocols/audit/v1/constants.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { answerOf, type Bench, type Check, calling, need, opened } from '../check.ts'
import { agree } from '../loose-hello.ts'
import { badFrames } from '../vectors.ts'

const check = (name: string, about: string, run: Check['run']): Check => ({ name: `audit/${name}`, about, run })

const ask = (bench: Bench, request: AuditRequest): Promise<AuditAnswer> =>
  calling(bench, async call => {
    await agree(bench, call)
    const stream = await opened(call, AUDIT_PROTOCOL)
    await stream.write(encodeRequest(request))
    return answerOf(stream, decodeAnswer)
  })

function needRefusal(answer: AuditAnswer, ...codes: string[]): void {
  need(answer.t === 'refused', `expected ${codes.join(' or ')}; it answered ${answer.t}`)
  need(codes.includes(answer.code), `expected ${codes.join(' or ')}; it was ${answer.code}`)
}

const submission = (bench: Bench): AuditRequest => {
  const community = bench.random.bytes(32)
  const origin = originOf(community, 1)
  const note = `${origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n`
  const nothing = { consistency: [], handovers: [], closing: null }
  return { t: 'submit', community, origin, intent: 'cosign', from: 0, count: 0, note, ...nothing }
}

/** protocols/audit/v1/spec.md */
export const auditChecks: readonly Check[] = [
  check('log-of-another', "cosigns nothing of a log that is not the caller's", async bench =>
    needRefusal(await ask(bench, submission(bench)), 'unknown-log'),
  ),
  check('closing-of-another', 'closes no log on the word of somebody else', async bench =>
    needRefusal(await ask(bench, { ...submission(bench), intent: 'close' } as AuditRequest), 'unknown-log'),
  ),
  check('unknown-head', 'holds no head of a log that does not exist', async bench => {
    const answer = await ask(bench, { t: 'head', community: bench.random.bytes(32), origin: null })
    if (answer.t === 'head') need(answer.note === null, 'it shows a head of a log that does not exist')
    else needRefusal(answer, 'unknown-log')
  }),
  check('false-evidence', 'is convinced by no evidence that proves nothing', async bench =>
    needRefusal(
      await ask(bench, { t: 'evidence', evidence: bench.random.bytes(200) }),
      ...['bad-message', 'bad-signature', 'invalid-entry', 'bad-checkpoint', 'bad-consistency'],
    ),
  ),
  check('vectors', 'answers every invalid request of the published vectors with bad-message', bench =>
    calling(bench, async call => {
      await agree(bench, call)
      for (const { name, bytes } of await badFrames.audit()) {
        const stream = await opened(call, AUDIT_PROTOCOL)
        await stream.write(bytes)
        const answer = await answerOf(stream, decodeAnswer)
        need(answer.t === 'refused' && answer.code === 'bad-message', `"${name}" was answered with ${answer.t}`)
        stream.drop()
      }
    }),
  ),
]
