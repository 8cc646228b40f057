import { describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { decodeArchive } from '#protocols/archive/v1/codec.ts'
import * as blocks from '#protocols/blocks/v1/codec.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import * as hello from '#protocols/hello/v1/codec.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntryBundle } from '#protocols/ledger/v1/tiles.ts'
import { parseTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import * as sync from '#protocols/sync/v1/codec.ts'
import { readCard } from '#protocols/value/v1/card.ts'
import { parseCardText } from '#protocols/value/v1/card-file.ts'
import { readBody } from '#src/engagement/events.ts'
import { createRules } from '#src/royalties/rules.ts'
import { agreementVectors } from '#test/support/agreement-vectors.ts'
import { ledgerFormats } from '#test/support/ledger-formats.ts'
import { ledgerVectors } from '#test/support/ledger-vectors/all.ts'
import { auditVectors } from '#test/support/ledger-vectors/audit.ts'
import { mutate, seeded } from '#test/support/seeded.ts'
import { howMany, seedOf } from '#test/support/soak.ts'
import { valueFormats } from '#test/support/value-formats.ts'
import { valueVectors } from '#test/support/value-vectors/all.ts'
import { envelopeSamples, frameSamples } from '#test/support/wire-samples.ts'

const FRAMES = howMany('FUZZ_FRAMES', { full: 100_000, share: 20_000 })
const SEED = seedOf('FUZZ_SEED')

const ledgerSamples = [...ledgerVectors(), ...auditVectors(), ...valueVectors()].map(({ hex, text }) =>
  hex === undefined ? new TextEncoder().encode(text) : new Uint8Array(Buffer.from(hex, 'hex')),
)
const agreementSamples = agreementVectors.map(({ hex }) => new Uint8Array(Buffer.from(hex, 'hex')))
const samples = [...Object.values(frameSamples(new Uint8Array(32))).flat(), ...ledgerSamples, ...agreementSamples]

const decoders: Readonly<Record<string, (bytes: Uint8Array) => { ok: boolean }>> = {
  'envelopes and their bodies': bytes => {
    const envelope = decodeEnvelope(bytes)
    return envelope.ok ? readBody(envelope.value.type, envelope.value.body) : envelope
  },
  'hello messages': hello.decodeMessage,
  'sync requests': sync.decodeRequest,
  'sync answers': sync.decodeAnswer,
  'block requests': blocks.decodeRequest,
  'block responses': blocks.decodeResponse,
  checkpoints: bytes => parseCheckpoint(Buffer.from(bytes).toString()),
  'proof files': bytes => parseTlogProof(Buffer.from(bytes).toString()),
  'entry bundles': decodeEntryBundle,
  ...Object.fromEntries(ledgerFormats.map(({ name, decode }) => [`ledger: ${name}`, decode])),
  ...Object.fromEntries(valueFormats.map(({ name, decode }) => [`value: ${name}`, decode])),
  'voucher codes': bytes => readCard(hasher.sha256, Buffer.from(bytes).toString()),
  'card texts': bytes => parseCardText(Buffer.from(bytes).toString()),
  archives: decodeArchive,
  'terms of agreements': createRules({ hasher }).compile,
}

describe(`decoders under ${FRAMES} mutated frames each (FUZZ_SEED=${SEED})`, () => {
  it.each(Object.entries(decoders))('%s answer with a value or a typed fault, and throw nothing', (_name, decode) => {
    const random = seeded(SEED)
    const all = [...envelopeSamples, ...samples]
    for (let i = 0; i < FRAMES; i++) {
      let frame = mutate(random, random.pick(all), all)
      if (random.next() < 0.3) frame = mutate(random, frame, all)
      if (typeof decode(frame).ok !== 'boolean')
        expect.fail(`neither value nor fault: ${Buffer.from(frame).toString('hex')}`)
    }
  })
})
