import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { readBody } from '#src/engagement/events.ts'
import { type WireVector, wireVectors } from '#test/support/wire-vectors.ts'

const PROTOCOLS = join(import.meta.dirname, '../../protocols')
const generated = wireVectors(message => asText(hasher.sha256(fromString(message, 'hex')), 'hex'))

function judge(vector: WireVector): { expect: string; id?: string } {
  const envelope = decodeEnvelope(fromString(vector.hex, 'hex'))
  if (!envelope.ok) return { expect: 'bad-form' }
  const { type, payload, author, signature, body } = envelope.value
  const message = signedBytes(type, payload)
  if (!verifier.verify(author, message, signature)) return { expect: 'bad-signature' }
  if (!readBody(type, body).ok) return { expect: 'bad-body' }
  return { expect: 'ok', id: asText(hasher.sha256(message), 'hex') }
}

describe.each(['envelope', 'catalog', 'engagement', 'value'] as const)('published vectors of %s version 1', area => {
  const file = join(PROTOCOLS, area, 'v1/vectors.json')
  // A published version never changes its bytes: the file is written once, with WRITE_VECTORS, and read ever after.
  if (process.env.WRITE_VECTORS !== undefined) writeFileSync(file, `${JSON.stringify(generated[area], null, 2)}\n`)
  const published = JSON.parse(readFileSync(file, 'utf8')) as WireVector[]

  it.each(published)('$name: $expect', vector => {
    const judged = judge(vector)
    expect(judged.expect).toBe(vector.expect)
    if (vector.id !== undefined) expect(judged.id).toBe(vector.id)
  })

  it('are the bytes that this version writes', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(generated[area])))
  })
})
