import type { TestCall } from '#node/ports/conformance.ts'
import { VALUE_PROTOCOL } from '#protocols/value/v1/constants.ts'
import { decodeAnswer, encodeRequest, type ValueAnswer, type ValueRequest } from '#protocols/value/v1/messages.ts'
import { isValueRefusal } from '#protocols/value/v1/refusals.ts'
import { answerOf, type Bench, type Check, calling, ended, need, opened, Skip } from '../check.ts'
import { agree } from '../loose-hello.ts'
import { badFrames } from '../vectors.ts'

export type AskValue = (request: ValueRequest) => Promise<ValueAnswer>

const MINUTE_MS = 60_000

/** Asks over one stream, after a hello. Skips what does not speak the protocol. */
export const askingValue = (bench: Bench, talk: (ask: AskValue, call: TestCall) => Promise<void>): Promise<void> =>
  calling(bench, async call => {
    const { protocols, features } = await agree(bench, call)
    if (!protocols.has('value')) throw new Skip('this stage does not name the value protocol')
    need(features.includes('value'), 'it names the protocol value, and not the feature')
    const stream = await opened(call, VALUE_PROTOCOL)
    await talk(async request => {
      await stream.write(encodeRequest(request))
      return answerOf(stream, decodeAnswer)
    }, call)
  })

/** A refusal with one of these codes, which the protocol knows, and a sentence. */
export function needRefused(answer: ValueAnswer, ...codes: string[]): void {
  need(answer.t === 'refused', `expected ${codes.join(' or ')}; it answered ${answer.t}`)
  need(codes.includes(answer.code), `expected ${codes.join(' or ')}; it was ${answer.code}`)
  need(isValueRefusal(answer.code), `${answer.code} is no code of the protocol`)
}

export type QuoteRequest = Extract<ValueRequest, { t: 'quote' }>

/** A cent of a worthless asset to an account there that nobody has. */
export const trialQuote = (bench: Bench, call: TestCall, payee = bench.random.bytes(32)): QuoteRequest => ({
  t: 'quote',
  to: call.stage,
  payee: `acct/${Buffer.from(payee).toString('hex')}`,
  code: 'TEST',
  scale: 2,
  amount: 10_000_000n,
  path: [call.key],
  expiry: bench.clock.nowMs() + MINUTE_MS,
})

const check = (name: string, about: string, run: Check['run']): Check => ({ name: `value/${name}`, about, run })

const refusing = (
  name: string,
  about: string,
  codes: readonly string[],
  request: (bench: Bench, call: TestCall) => ValueRequest,
): Check =>
  check(name, about, bench =>
    askingValue(bench, async (ask, call) => needRefused(await ask(request(bench, call)), ...codes)),
  )

const vectors = check('vectors', 'answers every invalid request of the published vectors with bad-message', bench =>
  calling(bench, async call => {
    const { protocols } = await agree(bench, call)
    if (!protocols.has('value')) throw new Skip('this stage does not name the value protocol')
    for (const { name, bytes } of await badFrames.value()) {
      const stream = await opened(call, VALUE_PROTOCOL)
      await stream.write(bytes)
      const answer = await answerOf(stream, decodeAnswer)
      need(answer.t === 'refused' && answer.code === 'bad-message', `"${name}" was answered with ${answer.t}`)
      need(await ended(stream), `the stream goes on after "${name}"`)
      stream.drop()
    }
  }),
)

/** protocols/value/v1/spec.md, as far as a stranger without a line can see it. */
export const valueChecks: readonly Check[] = [
  check('lines', 'says which lines it grants', bench =>
    askingValue(bench, async ask => {
      const answer = await ask({ t: 'lines' })
      need(answer.t === 'lines', `it answered ${answer.t}`)
    }),
  ),
  check('knows-nothing', 'knows nothing of the log of a stranger', bench =>
    askingValue(bench, async ask => {
      const answer = await ask({ t: 'knows' })
      need(answer.t === 'known', `it answered ${answer.t}`)
      need(answer.size === 0 && answer.received === 0, 'it knows a head of a log that nobody has shown it')
    }),
  ),
  check('several-on-a-stream', 'answers one request after another on one stream', bench =>
    askingValue(bench, async ask => {
      for (const t of ['knows', 'lines', 'knows'] as const) {
        const answer = await ask({ t })
        need(answer.t === (t === 'knows' ? 'known' : 'lines'), `it answered ${t} with ${answer.t}`)
      }
    }),
  ),
  refusing('no-line', 'gives a stranger no credit in money that is worth something', ['no-line'], (bench, call) => ({
    ...trialQuote(bench, call),
    code: 'EUR',
  })),
  refusing('wrong-route', 'quotes nobody who does not stand at the end of the way', ['wrong-route'], (bench, call) => ({
    ...trialQuote(bench, call),
    path: [bench.random.bytes(32)],
  })),
  refusing('circle', 'quotes no way that it is on already', ['wrong-route'], (bench, call) => ({
    ...trialQuote(bench, call),
    path: [call.stage, call.key],
  })),
  refusing('zero-amount', 'quotes no payment of nothing', ['zero-amount', 'no-line'], (bench, call) => ({
    ...trialQuote(bench, call),
    amount: 0n,
  })),
  refusing('expired', 'quotes nothing for a time that has passed', ['expired', 'no-line'], (bench, call) => ({
    ...trialQuote(bench, call),
    expiry: 1,
  })),
  refusing(
    'false-settlement',
    'signs no settlement of somebody with whom it has no dealings',
    ['bad-message', 'bad-signature', 'wrong-party', 'no-line', 'bad-entry'],
    ({ random }) => ({ t: 'settle', note: random.bytes(300), receipt: random.bytes(20) }),
  ),
  refusing(
    'false-netting',
    'signs no netting that cannot be read',
    ['bad-message', 'bad-signature', 'wrong-party', 'bad-entry'],
    ({ random }) => ({ t: 'net', document: random.bytes(300) }),
  ),
  refusing(
    'leaves-of-a-stranger',
    'takes no leaf from a community without a line',
    ['no-line', 'bad-checkpoint'],
    ({ random }) => ({
      t: 'leaves',
      note: 'bandstand.00/log\n1\nAAAA\n\n',
      commit: random.bytes(40),
      commitPath: [],
      consistency: [],
      items: [{ index: 0, leaf: random.bytes(100), path: [] }],
    }),
  ),
  vectors,
]
