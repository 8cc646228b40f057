import { signerFromSeed } from '#node/identity/crypto-ports.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeAccept, encodeRefusal, signedBytes } from '#protocols/hello/v1/codec.ts'
import { negotiations } from './hello-negotiations.ts'

/** Builds protocols/hello/v1/vectors.json. Run this file to print it; a test compares the printed with the kept. */

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const fill = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)

const alice = signerFromSeed(fill(32, 1))
const bob = signerFromSeed(fill(32, 2))
const carol = signerFromSeed(fill(32, 3))

const head = { community: alice.publicKey, name: 'Attic', seq: 12, logSize: 3, logRoot: fill(32, 0xaa) }
const base = {
  key: alice.publicKey,
  to: bob.publicKey,
  nonce: fill(16, 5),
  reply: null as Uint8Array | null,
  at: 1_790_000_000_000,
  software: 'bandstand/0.1.0',
  protocols: { envelope: [1, 1], sync: [1, 2] },
  features: ['events', 'media'],
  requires: ['envelope', 'sync'],
  limits: { 'envelope-bytes': 65_535 },
  head,
}

const sealed = (payload: Uint8Array, signer = alice): Uint8Array =>
  encode({ hello: payload, signature: signer.sign(signedBytes(payload)) })
const hello = (change: Record<string, unknown> = {}, signer = alice): Uint8Array =>
  sealed(encode({ ...base, ...change }), signer)
const without = (field: string): Uint8Array =>
  sealed(encode(Object.fromEntries(Object.entries(base).filter(([name]) => name !== field))))

const flipped = (frame: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(frame)
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
  return copy
}

const payload = encode(base)

/** `{"accept":{}}` with the map length in two bytes where one is enough. */
const longForm = Uint8Array.from([0xa1, 0x66, ...new TextEncoder().encode('accept'), 0xb8, 0x00])

const valid = [
  { name: 'a first hello', frame: hello(), kind: 'hello' },
  { name: 'an answer', frame: hello({ reply: fill(16, 9) }), kind: 'hello' },
  {
    name: 'a stage without a name, protocols or features',
    kind: 'hello',
    frame: hello({ protocols: {}, features: [], requires: [], limits: {}, software: '', head: { ...head, name: '' } }),
  },
  {
    name: 'unknown fields at every level',
    kind: 'hello',
    frame: hello({ extra: [1, { deep: null }], head: { ...head, mood: 'fine' } }),
  },
  {
    name: 'unknown protocols and features',
    kind: 'hello',
    frame: hello({ protocols: { teleport: [7, 65_535] }, features: ['holograms'] }),
  },
  {
    name: 'a refusal',
    frame: encodeRefusal({ code: 'missing-feature', message: 'It requires "sync".' }),
    kind: 'refuse',
  },
  {
    name: 'a refusal with a code of the future',
    kind: 'refuse',
    frame: encode({ refuse: { code: 'closed-on-mondays', message: '', until: 3 } }),
  },
  { name: 'an acceptance', frame: encodeAccept(), kind: 'accept' },
]

const invalid = [
  { name: 'empty', frame: fill(0, 0), code: 'truncated' },
  { name: 'cut short', frame: hello().subarray(0, 100), code: 'truncated' },
  { name: 'bytes after the end', frame: Uint8Array.from([...encodeAccept(), 0]), code: 'trailing-bytes' },
  { name: 'over the limit', frame: encode({ accept: { pad: fill(17_000, 0) } }), code: 'too-large' },
  { name: 'a length in long form', frame: longForm, code: 'malformed' },
  {
    name: 'a float',
    frame: Uint8Array.from([0xa1, 0x66, ...new TextEncoder().encode('accept'), 0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]),
    code: 'unsupported-type',
  },
  { name: 'a list', frame: encode([1, 2]), code: 'wrong-shape' },
  { name: 'none of the three', frame: encode({ hi: 'there' }), code: 'wrong-shape' },
  {
    name: 'two of the three',
    frame: encode({ accept: {}, refuse: { code: 'malformed', message: '' } }),
    code: 'wrong-shape',
  },
  { name: 'a short signature', frame: encode({ hello: payload, signature: fill(63, 1) }), code: 'wrong-shape' },
  { name: 'a field is missing', frame: without('nonce'), code: 'wrong-shape' },
  { name: 'a short key', frame: hello({ key: fill(31, 1) }), code: 'wrong-shape' },
  { name: 'a short nonce', frame: hello({ nonce: fill(15, 1) }), code: 'wrong-shape' },
  { name: 'a clock before 1970', frame: hello({ at: -1 }), code: 'wrong-shape' },
  { name: 'versions in the wrong order', frame: hello({ protocols: { sync: [2, 1] } }), code: 'wrong-shape' },
  { name: 'three versions', frame: hello({ protocols: { sync: [1, 2, 3] } }), code: 'wrong-shape' },
  { name: 'a version over 65,535', frame: hello({ protocols: { sync: [1, 65_536] } }), code: 'wrong-shape' },
  { name: 'a protocol name in capitals', frame: hello({ protocols: { SYNC: [1, 1] } }), code: 'wrong-shape' },
  {
    name: 'too many features',
    frame: hello({ features: Array.from({ length: 129 }, (_, i) => `f${i}`) }),
    code: 'wrong-shape',
  },
  {
    name: 'control characters in the name',
    frame: hello({ head: { ...head, name: 'At\u001b[31mtic' } }),
    code: 'wrong-shape',
  },
  {
    name: 'a refusal code with a space',
    frame: encode({ refuse: { code: 'no way', message: '' } }),
    code: 'wrong-shape',
  },
  { name: 'nested too deep', frame: hello({ extra: [[[[[[[1]]]]]]] }), code: 'too-deep' },
]

/** Decoded, then checked by a receiver. `refusal` is null where the hello is to be believed. */
const checks = [
  { name: 'believed', frame: hello(), reply: null, connection: alice, receiver: bob, refusal: null },
  {
    name: 'an answer, believed',
    frame: hello({ reply: fill(16, 9) }),
    reply: fill(16, 9),
    connection: alice,
    receiver: bob,
    refusal: null,
  },
  {
    name: 'a flipped bit in the signature',
    frame: flipped(hello()),
    reply: null,
    connection: alice,
    receiver: bob,
    refusal: 'bad-signature',
  },
  {
    name: 'signed by somebody else',
    frame: hello({}, carol),
    reply: null,
    connection: alice,
    receiver: bob,
    refusal: 'bad-signature',
  },
  {
    name: 'signed without the domain',
    frame: encode({ hello: payload, signature: alice.sign(payload) }),
    reply: null,
    connection: alice,
    receiver: bob,
    refusal: 'bad-signature',
  },
  {
    name: 'on the connection of somebody else',
    frame: hello(),
    reply: null,
    connection: carol,
    receiver: bob,
    refusal: 'wrong-key',
  },
  {
    name: 'made for somebody else',
    frame: hello(),
    reply: null,
    connection: alice,
    receiver: carol,
    refusal: 'wrong-recipient',
  },
  {
    name: 'answers what was not asked',
    frame: hello({ reply: fill(16, 9) }),
    reply: null,
    connection: alice,
    receiver: bob,
    refusal: 'stale-answer',
  },
  {
    name: 'answers an older question',
    frame: hello({ reply: fill(16, 9) }),
    reply: fill(16, 8),
    connection: alice,
    receiver: bob,
    refusal: 'stale-answer',
  },
  {
    name: 'does not answer',
    frame: hello(),
    reply: fill(16, 8),
    connection: alice,
    receiver: bob,
    refusal: 'stale-answer',
  },
  {
    name: 'speaks for another community',
    frame: hello({ head: { ...head, community: carol.publicKey } }),
    reply: null,
    connection: alice,
    receiver: bob,
    refusal: 'wrong-key',
  },
]

const framed = <T extends { frame: Uint8Array }>(cases: T[]) =>
  cases.map(entry => ({ ...entry, frame: hex(entry.frame) }))

export const helloVectors = {
  description:
    'Frames of /bandstand/hello/1.0.0 without their length prefix, in hex. Ed25519 seeds: alice 32 x 01, bob 32 x 02, carol 32 x 03.',
  keys: { alice: hex(alice.publicKey), bob: hex(bob.publicKey), carol: hex(carol.publicKey) },
  signing: {
    payload: hex(payload),
    message: hex(signedBytes(payload)),
    signature: hex(alice.sign(signedBytes(payload)) as Uint8Array),
  },
  valid: framed(valid),
  invalid: framed(invalid),
  checks: framed(checks).map(entry => ({
    ...entry,
    reply: entry.reply === null ? null : hex(entry.reply),
    connection: hex(entry.connection.publicKey),
    receiver: hex(entry.receiver.publicKey),
  })),
  negotiations,
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(helloVectors, null, 2)}\n`)
