import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import {
  checkpointText,
  formatNote,
  formatSignature,
  keyIdOf,
  parseCheckpoint,
  parseSignatureLine,
} from '#protocols/ledger/v1/checkpoint.ts'
import {
  cosignatureKeyId,
  cosignatureMessage,
  cosignatureOf,
  formatCosignature,
} from '#protocols/ledger/v1/cosignature.ts'
import { handoverNameOf, originOf, parseOrigin, parseSeatName, seatNameOf } from '#protocols/ledger/v1/origin.ts'
import { formatTlogProof, parseTlogProof, type TlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import { blob, hash32 } from '#test/support/ledger-arbitraries.ts'
import { mutate, seeded } from '#test/support/seeded.ts'

const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest())
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const signer = signerFromSeed(new Uint8Array(32).fill(7))
const log = signerFromSeed(new Uint8Array(32).fill(9))

describe('the name of a log', () => {
  test('says whose log it is and which generation', () => {
    fc.assert(
      fc.property(hash32, fc.integer({ min: 1, max: 9_999_999 }), (community, generation) => {
        const parsed = parseOrigin(originOf(community, generation))
        expect(parsed?.generation).toBe(generation)
        expect(Buffer.from(parsed?.community ?? []).equals(community)).toBe(true)
      }),
    )
    expect(originOf(new Uint8Array(32))).toBe(`bandstand.${'00'.repeat(32)}/log`)
    expect(originOf(new Uint8Array(32), 2)).toBe(`bandstand.${'00'.repeat(32)}/log.2`)
  })

  test('has one spelling', () => {
    const name = `bandstand.${'ab'.repeat(32)}/log`
    for (const wrong of [
      `${name}.1`,
      `${name}.0`,
      `${name}.02`,
      `${name}.`,
      `${name}/`,
      name.toUpperCase(),
      `x${name}`,
      `${name}\n`,
    ])
      expect(parseOrigin(wrong)).toBeNull()
    expect(parseOrigin(`${name}.2`)?.generation).toBe(2)
  })

  test('is another than that of a seat and of a vote', () => {
    expect(parseSeatName(seatNameOf(signer.publicKey))).toEqual(signer.publicKey)
    for (const other of [originOf(signer.publicKey), handoverNameOf(signer.publicKey)])
      expect(parseSeatName(other)).toBeNull()
  })
})

describe('a cosignature', () => {
  const text = checkpointText(originOf(log.publicKey), 4, new Uint8Array(32))
  const name = seatNameOf(signer.publicKey)
  const keyId = cosignatureKeyId(sha256, name, signer.publicKey)

  test('is made over the header, the time and the whole text of the note (C2SP tlog-cosignature)', () => {
    const body = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
    expect(Buffer.from(cosignatureMessage(body, 1_679_315_147)).toString()).toBe(
      `cosignature/v1\ntime 1679315147\n${body}`,
    )
  })

  test('carries its time in eight bytes before the signature, as in the example of the specification', () => {
    // The line of witness.example.com/w1 in C2SP tlog-cosignature: key id 8d66cf3f, time 1679315147.
    const blob =
      'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=='
    const line = parseSignatureLine(`— witness.example.com/w1 ${blob}`)
    if (!line.ok) return expect.fail('the line is readable')
    expect(Buffer.from(line.value.keyId).toString('hex')).toBe('8d66cf3f')
    const read = cosignatureOf(line.value)
    expect(read?.seconds).toBe(1_679_315_147)
    const { keyId, name } = line.value
    expect(formatSignature(formatCosignature(name, keyId, 1_679_315_147, read?.signature ?? new Uint8Array()))).toBe(
      `— witness.example.com/w1 ${blob}\n`,
    )
  })

  test('verifies after a trip through a note, and not for another time', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.maxSafeNat()), seconds => {
        const line = formatCosignature(name, keyId, seconds, signer.sign(cosignatureMessage(text, seconds)))
        const parsed = parseCheckpoint(formatNote(text, [line]))
        const read = parsed.ok ? cosignatureOf(parsed.value.signatures[0] ?? line) : null
        if (read === null) return expect.fail('the cosignature is readable')
        expect(read.seconds).toBe(seconds)
        expect(verifier.verify(signer.publicKey, cosignatureMessage(text, read.seconds), read.signature)).toBe(true)
        const other = seconds === 0 ? 1 : seconds - 1
        expect(verifier.verify(signer.publicKey, cosignatureMessage(text, other), read.signature)).toBe(false)
      }),
      { numRuns: 20 },
    )
  })

  test('has another key id than the same key as a log', () => {
    expect(keyId).not.toEqual(keyIdOf(sha256, name, signer.publicKey))
    expect(keyId).toEqual(sha256(Buffer.concat([utf8(`${name}\n`), Uint8Array.of(4), signer.publicKey])).subarray(0, 4))
  })

  test('is none when its length or its time is out of range', () => {
    for (const length of [0, 8, 64, 71, 73, 2_428])
      expect(cosignatureOf({ name, keyId, signature: new Uint8Array(length) })).toBeNull()
    expect(cosignatureOf({ name, keyId, signature: new Uint8Array(72).fill(0xff) })).toBeNull()
  })
})

describe('a proof file', () => {
  const note = formatNote(checkpointText(originOf(log.publicKey), 9, new Uint8Array(32)), [
    { name: originOf(log.publicKey), keyId: new Uint8Array(4), signature: new Uint8Array(64) },
  ])
  const proofs: fc.Arbitrary<TlogProof> = fc.record({
    extra: fc.option(fc.uint8Array({ minLength: 1, maxLength: 60 })),
    index: fc.maxSafeNat(),
    path: fc.array(hash32, { maxLength: 54 }),
    checkpoint: fc.constant(note),
  })

  test('gives back what was written', () => {
    fc.assert(
      fc.property(proofs, proof => {
        const parsed = parseTlogProof(formatTlogProof(proof))
        const plain = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
        if (!parsed.ok) return expect.fail(parsed.error.message)
        expect({
          ...parsed.value,
          extra: parsed.value.extra && plain(parsed.value.extra),
          path: parsed.value.path.map(plain),
        }).toEqual({
          ...proof,
          extra: proof.extra && plain(proof.extra),
          path: proof.path.map(plain),
        })
      }),
    )
  })

  test('has one text for what it accepts, and answers to any text', () => {
    const random = seeded(4)
    const samples = fc.sample(proofs, { numRuns: 40, seed: 2 }).map(proof => utf8(formatTlogProof(proof)))
    for (let i = 0; i < 3_000; i++) {
      const text = Buffer.from(mutate(random, random.pick(samples), samples)).toString()
      const parsed = parseTlogProof(text)
      if (parsed.ok) expect(formatTlogProof(parsed.value)).toBe(text)
    }
  })

  test.each([
    ['another first line', `c2sp.org/tlog-proof@v2\nindex 0\n\n${note}`],
    ['a leading zero', `c2sp.org/tlog-proof@v1\nindex 00\n\n${note}`],
    ['no index', `c2sp.org/tlog-proof@v1\n\n${note}`],
    ['a hash of 31 bytes', `c2sp.org/tlog-proof@v1\nindex 0\n${Buffer.alloc(31).toString('base64')}\n\n${note}`],
    ['stray bits in a hash', `c2sp.org/tlog-proof@v1\nindex 0\n${'A'.repeat(42)}B=\n\n${note}`],
    ['no checkpoint', 'c2sp.org/tlog-proof@v1\nindex 0\n\n'],
    ['carriage returns', `c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\n${note}`],
    ['55 hashes', `c2sp.org/tlog-proof@v1\nindex 0\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(55)}\n${note}`],
  ])('is refused with %s', (_what, text) => {
    expect(parseTlogProof(text).ok).toBe(false)
  })
})

test('a note keeps the exact lines of others beside its own', () => {
  fc.assert(
    fc.property(fc.array(blob(72), { minLength: 1, maxLength: 16 }), blobs => {
      const text = checkpointText(originOf(log.publicKey), 1, new Uint8Array(32))
      const lines = blobs.map(signature => ({ name: 'a.example/b', keyId: Uint8Array.of(1, 2, 3, 4), signature }))
      const note = formatNote(text, lines)
      const parsed = parseCheckpoint(note)
      expect(parsed.ok && formatNote(parsed.value.text, parsed.value.signatures)).toBe(note)
    }),
  )
})
