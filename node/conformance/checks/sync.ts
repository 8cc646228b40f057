import { equals } from 'uint8arrays/equals'
import type { TestCall, TestStream } from '#node/ports/conformance.ts'
import { keyIdOf, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { type Answer, decodeAnswer, encodeMessage, type Request } from '#protocols/sync/v1/codec.ts'
import { SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyConsistency } from '#src/ledger/merkle-verify.ts'
import { answerOf, type Bench, type Check, calling, ended, need, opened, Skip, within } from '../check.ts'
import { agree } from '../loose-hello.ts'
import { badFrames } from '../vectors.ts'

const PRINT = new Uint8Array(16).fill(3)

/** Asks in order on one stream, after a hello; the answers. */
const asking = (bench: Bench, talk: (ask: (request: Request) => Promise<Answer>, call: TestCall) => Promise<void>) =>
  calling(bench, async call => {
    await agree(bench, call)
    const stream = await opened(call, SYNC_PROTOCOL)
    await talk(async request => {
      await stream.write(encodeMessage(request))
      return answerOf(stream, decodeAnswer)
    }, call)
  })

/** How long a stage may be busy with a session of its own about the same community: it then asks to be asked later. */
const BUSY_MS = 10_000

/** The same, once its own community is open. */
const opening = (
  bench: Bench,
  talk: (ask: (request: Request) => Promise<Answer>, opened: Answer, open: Request) => Promise<void>,
) =>
  calling(bench, async call => {
    await agree(bench, call)
    const open: Request = { t: 'open', community: call.stage, fingerprint: PRINT }
    const session: { stream: TestStream | null; answer: Answer | null } = { stream: null, answer: null }
    const ask = async (request: Request): Promise<Answer> => {
      const stream = session.stream as TestStream
      await stream.write(encodeMessage(request))
      return answerOf(stream, decodeAnswer)
    }
    await within(BUSY_MS, async () => {
      session.stream?.drop()
      session.stream = await opened(call, SYNC_PROTOCOL)
      session.answer = await ask(open)
      return !(session.answer.t === 'error' && session.answer.code === 'busy')
    })
    const { answer } = session
    need(
      answer?.t === 'same' || answer?.t === 'vector',
      `it answered open with ${answer?.t === 'error' ? answer.code : answer?.t}`,
    )
    await talk(ask, answer, open)
  })

function needError(answer: Answer, code: string): void {
  need(answer.t === 'error', `expected the error ${code}; it answered ${answer.t}`)
  need(answer.code === code, `expected the error ${code}; it was ${answer.code}`)
}

const check = (name: string, about: string, run: Check['run']): Check => ({ name: `sync/${name}`, about, run })

const log = check('log', 'serves its log in order, under a head that it signed', bench =>
  asking(bench, async (ask, call) => {
    const answer = await ask({ t: 'log', community: call.stage, from: 0 })
    if (answer.t === 'error' && answer.code === 'no-log') throw new Skip('this stage has no log yet')
    need(answer.t === 'entries', `it answered ${answer.t === 'error' ? answer.code : answer.t}`)
    const { entries, checkpoint, consistency } = answer
    const head = parseCheckpoint(checkpoint)
    need(head.ok, 'its checkpoint cannot be read')
    const { origin, text, signatures, size, root } = head.value
    const name = parseOrigin(origin)
    need(name !== null && equals(name.community, call.stage), 'its checkpoint is of another log')
    const keyId = keyIdOf(data => bench.hasher.sha256(data), origin, call.stage)
    const own = signatures.find(line => line.name === origin && equals(line.keyId, keyId))
    const message = new TextEncoder().encode(text)
    need(own !== undefined, 'its checkpoint has no line by the key of the log')
    need(bench.verifier.verify(call.stage, message, own.signature), 'its signature on the checkpoint does not verify')
    let range = EMPTY_RANGE
    for (const entry of entries) {
      need(decodeEntry(entry).ok, `entry ${range.size} cannot be read`)
      range = extendRange(bench.hasher, range, leafHash(bench.hasher, entry))
    }
    const reached = rangeRoot(bench.hasher, range)
    const proof = { from: range.size, to: size, fromRoot: reached, toRoot: root, proof: consistency }
    const whole = range.size === size ? equals(reached, root) : verifyConsistency(bench.hasher, proof)
    need(whole, 'its entries are not those under its checkpoint')
  }),
)

const vectors = check('vectors', 'answers every invalid request of the published vectors with bad-message', bench =>
  calling(bench, async call => {
    await agree(bench, call)
    for (const { name, bytes } of await badFrames.sync()) {
      const stream = await opened(call, SYNC_PROTOCOL)
      await stream.write(bytes)
      const answer = await answerOf(stream, decodeAnswer)
      need(answer.t === 'error' && answer.code === 'bad-message', `"${name}" was answered with ${answer.t}`)
      stream.drop()
    }
  }),
)

const pushes = check('push-refused', 'keeps nothing of what is pushed with a false form or signature', bench =>
  opening(bench, async ask => {
    const events = (await badFrames.envelopes()).map(({ bytes }) => bytes)
    const answer = await ask({ t: 'push', events })
    need(answer.t === 'stored', `it answered ${answer.t}`)
    need(answer.stored === 0, `it says that it stored ${answer.stored} of ${events.length} invalid events`)
    need(answer.refused === events.length, `it counts ${answer.refused} refused, of ${events.length}`)
  }),
)

/** protocols/sync/v1/spec.md */
export const syncChecks: readonly Check[] = [
  check('opens', 'compares what it holds of its own community', bench =>
    opening(bench, async (_, answer) => {
      need(answer.t === 'vector' || answer.t === 'same', `it answered ${answer.t}`)
    }),
  ),
  check('unknown-community', 'says so when a community is not held', bench =>
    asking(bench, async ask => {
      needError(await ask({ t: 'open', community: bench.random.bytes(32), fingerprint: PRINT }), 'unknown-community')
    }),
  ),
  check('open-first', 'takes no request before open', bench =>
    asking(bench, async ask => needError(await ask({ t: 'ids', ids: [bench.random.bytes(32)] }), 'out-of-order')),
  ),
  check('open-once', 'takes no second open', bench =>
    opening(bench, async (ask, _, open) => needError(await ask(open), 'out-of-order')),
  ),
  check('unknown-ids', 'leaves out ids that it does not hold', bench =>
    opening(bench, async ask => {
      const answer = await ask({ t: 'ids', ids: [bench.random.bytes(32), bench.random.bytes(32)] })
      need(answer.t === 'events' && answer.events.length === 0, `it answered ${answer.t}`)
    }),
  ),
  log,
  check('log-of-nobody', 'does not serve a log that it does not keep', bench =>
    asking(bench, async ask => {
      const answer = await ask({ t: 'log', community: bench.random.bytes(32), from: 0 })
      need(answer.t === 'error', `it answered ${answer.t}`)
      need(answer.code === 'no-log' || answer.code === 'unknown-community', `its error is ${answer.code}`)
    }),
  ),
  pushes,
  vectors,
  check('oversized', 'resets a stream on a message over 1 MiB', bench =>
    calling(bench, async call => {
      await agree(bench, call)
      const stream = await opened(call, SYNC_PROTOCOL)
      // A length of 2 MiB.
      stream.raw(Uint8Array.from([0x80, 0x80, 0x80, 0x01, ...new Uint8Array(64)]))
      need(await ended(stream), 'it answered a message that is over the limit')
      need(call.isOpen(), 'it hung up; only the stream is over')
    }),
  ),
]
