import { equals } from 'uint8arrays/equals'
import type { TestCall } from '#node/ports/conformance.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { signedBytes } from '#protocols/hello/v1/codec.ts'
import { HELLO_BYTES_MAX, HELLO_PROTOCOL } from '#protocols/hello/v1/constants.ts'
import { type Bench, type Check, calling, ended, need, opened, within } from '../check.ts'
import { agree, honestHello, type LooseHello, sayHello, signHello } from '../loose-hello.ts'

/** A stage waits up to 1 s for the other to read its refusal; twice that, and some for the way. */
const HANG_UP_MS = 5_000

interface Wrong {
  readonly name: string
  readonly code: string
  readonly about: string
  readonly frame: (bench: Bench, call: TestCall, honest: LooseHello) => Uint8Array
}

const changed =
  (change: (honest: LooseHello, bench: Bench) => LooseHello): Wrong['frame'] =>
  (bench, call, honest) =>
    signHello(call, change(honest, bench))

const wrongs: readonly Wrong[] = [
  {
    name: 'false-signature',
    code: 'bad-signature',
    about: 'refuses a hello whose signature does not verify',
    frame: (_, call, honest) => signHello({ sign: message => call.sign(message.subarray(1)) }, honest),
  },
  {
    name: 'key-of-another',
    code: 'wrong-key',
    about: 'refuses a hello that claims another key than the connection proves',
    frame: changed((hello, { random }) => ({ ...hello, key: random.bytes(32) })),
  },
  {
    name: 'head-of-another',
    code: 'wrong-key',
    about: 'refuses a hello for a community that is not the speaker',
    frame: changed((hello, { random }) => ({
      ...hello,
      head: { ...(hello.head as object), community: random.bytes(32) },
    })),
  },
  {
    name: 'for-somebody-else',
    code: 'wrong-recipient',
    about: 'refuses a hello that was made for another stage',
    frame: changed((hello, { random }) => ({ ...hello, to: random.bytes(32) })),
  },
  {
    name: 'replayed-answer',
    code: 'stale-answer',
    about: 'refuses an answer to what it never asked',
    frame: changed((hello, { random }) => ({ ...hello, reply: random.bytes(16) })),
  },
  {
    name: 'missing-field',
    code: 'malformed',
    about: 'refuses a hello without a nonce as malformed',
    frame: changed(({ nonce: _, ...hello }) => hello),
  },
  {
    name: 'range-reversed',
    code: 'malformed',
    about: 'refuses a range of versions whose ends are in the wrong order',
    frame: changed(hello => ({ ...hello, protocols: { envelope: [1, 1], sync: [3, 1] } })),
  },
  {
    name: 'other-message',
    code: 'malformed',
    about: 'refuses a frame that is no hello',
    frame: () => encode({ hi: 'there' }),
  },
  {
    name: 'noise',
    code: 'malformed',
    about: 'refuses noise as malformed',
    frame: () => new Uint8Array(500).fill(0xff),
  },
  {
    name: 'versions-above',
    code: 'no-common-version',
    about: 'refuses who speaks only later versions of what it requires',
    frame: changed(hello => ({ ...hello, protocols: { envelope: [1, 1], sync: [7, 9] } })),
  },
  {
    name: 'versions-below',
    code: 'no-common-version',
    about: 'refuses who speaks only earlier versions of what it requires',
    frame: changed(hello => ({ ...hello, protocols: { envelope: [0, 0], sync: [0, 0] } })),
  },
  {
    name: 'requirement-not-met',
    code: 'missing-feature',
    about: 'refuses who does not speak sync at all',
    frame: changed(hello => ({ ...hello, protocols: { envelope: [1, 1] } })),
  },
  {
    name: 'asked-too-much',
    code: 'missing-feature',
    about: 'refuses who requires a feature that nobody has',
    frame: changed(hello => ({ ...hello, requires: ['holograms'] })),
  },
]

const refusing = ({ name, code, about, frame }: Wrong): Check => ({
  name: `hello/${name}`,
  about: `${about} (${code}) and hangs up`,
  run: bench =>
    calling(bench, async call => {
      const { answer } = await sayHello(call, frame(bench, call, honestHello(bench, call)))
      need(answer.kind === 'refuse', `expected a refusal ${code}; it said ${answer.kind}`)
      need(answer.refusal.code === code, `expected a refusal ${code}; it was ${answer.refusal.code}`)
      need(answer.refusal.message.length > 0, 'its refusal has no sentence for people')
      need(await within(HANG_UP_MS, () => !call.isOpen()), 'it kept the connection after its refusal')
    }),
})

const agreeing = (name: string, about: string, change: LooseHello): Check => ({
  name: `hello/${name}`,
  about,
  run: bench =>
    calling(bench, async call => {
      await agree(bench, call, change)
      need(!(await within(300, () => !call.isOpen())), 'it hung up after it had agreed')
    }),
})

const good: Check = {
  name: 'hello/agrees',
  about:
    'answers a hello with its own: signed by the key of the connection, for the caller, with the nonce that was sent',
  run: bench =>
    calling(bench, async call => {
      const honest = honestHello(bench, call)
      const { answer } = await sayHello(call, signHello(call, honest))
      need(answer.kind === 'hello', `it answered with ${answer.kind === 'refuse' ? answer.refusal.code : answer.kind}`)
      const { hello, payload, signature } = answer
      need(equals(hello.key, call.stage), 'the key in its hello is not that of the connection')
      need(equals(hello.head.community, hello.key), 'it speaks for a community that is not its own')
      need(equals(hello.to, call.key), 'its hello is for somebody else')
      need(hello.reply !== null && equals(hello.reply, honest.nonce as Uint8Array), 'its answer has another nonce')
      need(bench.verifier.verify(call.stage, signedBytes(payload), signature), 'its signature does not verify')
      for (const name of ['envelope', 'sync']) need(hello.protocols.has(name), `it does not name ${name}`)
    }),
}

const fresh: Check = {
  name: 'hello/fresh-nonce',
  about: 'makes a new nonce for every hello',
  run: async bench => {
    const nonces = await Promise.all([1, 2].map(() => calling(bench, async call => (await agree(bench, call)).nonce)))
    need(!equals(nonces[0] as Uint8Array, nonces[1] as Uint8Array), 'two hellos have the same nonce')
  },
}

/** Cut short: whatever the stage does, the stream is over, and nobody was let in. */
const breaking = (name: string, about: string, bytes: () => Uint8Array): Check => ({
  name: `hello/${name}`,
  about,
  run: bench =>
    calling(bench, async call => {
      const stream = await opened(call, HELLO_PROTOCOL)
      stream.raw(bytes())
      const over = await within(15_000, async () => !call.isOpen() || (await ended(stream)))
      need(over, 'it kept the stream open')
    }),
})

const second: Check = {
  name: 'hello/once',
  about: 'takes one hello on each connection and resets a second stream',
  run: bench =>
    calling(bench, async call => {
      const first = await opened(call, HELLO_PROTOCOL)
      const other = await call.open(HELLO_PROTOCOL).catch(() => null)
      await other?.write(signHello(call, honestHello(bench, call))).catch(() => {})
      need(other === null || (await ended(other)), 'it answered a second hello on the same connection')
      first.drop()
    }),
}

/** protocols/hello/v1/spec.md */
export const helloChecks: readonly Check[] = [
  good,
  fresh,
  agreeing('unknown-fields', 'skips fields, features, protocols and limits that it does not know', {
    protocols: { envelope: [1, 1], sync: [1, 1], teleport: [1, 3] },
    features: ['holograms'],
    limits: { 'hologram-bytes': 5 },
    weather: { today: [1, 2, 3], tomorrow: null },
  }),
  agreeing('newer-versions', 'agrees with who speaks its versions and later ones', {
    protocols: { envelope: [1, 9], sync: [1, 4], value: [1, 2] },
  }),
  agreeing('without-value', 'agrees with a stage of a version before, which names no value protocol', {
    protocols: { envelope: [1, 1], sync: [1, 1] },
    features: [],
  }),
  ...wrongs.map(refusing),
  second,
  breaking('oversized', 'hangs up on a frame over 16,384 bytes', () =>
    Uint8Array.from([0x80, 0x80, 0x10, ...new Uint8Array(HELLO_BYTES_MAX * 2)]),
  ),
  breaking('endless-length', 'hangs up on a length that never ends', () => new Uint8Array(64).fill(0xff)),
  breaking('cut-short', 'gives up on half a hello after at most 10 s', () => Uint8Array.from([90, 1, 2, 3])),
]
