import { fromString } from 'uint8arrays/from-string'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { ackMessage, encodeAck } from '#protocols/ledger/v1/ack.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { checkAck, readAck, type ShownHead } from '#src/ledger/check-ack.ts'
import { verifyEvidence } from '#src/ledger/committee/evidence-verify.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { testAuthor } from '#test/support/author.ts'
import { busyMonth, community, desk, ports } from '#test/support/statement-world.ts'

const world = busyMonth()
const { note, size } = world.checkpoint()
const leafAt = world.leaf(size)
const OTHER = hasher.sha256(fromString('another entry'))

function promise(index: number, leaf: Uint8Array, deadline: number, signer = desk) {
  const fields = { origin: originOf(community), id: OTHER, index, leaf, at: Math.max(0, deadline - 10_000), deadline }
  return readAck(ports, encodeAck({ ...fields, signature: signer.sign(ackMessage(fields)) }))
}

function judge(index: number, leaf: Uint8Array, deadline: number, shown: Partial<ShownHead> = {}) {
  const ack = promise(index, leaf, deadline)
  if (!ack.ok) throw new Error(ack.error)
  const last = leafAt(size - 1)
  const at = index < size ? { leaf: leafHash(hasher, leafAt(index).entry), path: leafAt(index).path } : null
  return checkAck(ports, ack.value, { note, at, commit: last, ...shown })
}

describe('an ack held against the log', () => {
  test('is kept when the promised entry stands where it was promised', () => {
    expect(judge(6, leafHash(hasher, leafAt(6).entry), 1)).toEqual({ ok: true, value: { kind: 'kept', size } })
  })

  test('is broken when another entry stands there, and the evidence convicts the community', () => {
    const judged = judge(6, OTHER, Number.MAX_SAFE_INTEGER)
    if (!judged.ok || judged.value.kind !== 'broken') throw new Error('expected a broken promise')
    expect(verifyEvidence(ports, judged.value.evidence)).toMatchObject({
      ok: true,
      value: { log: true, guilty: [community] },
    })
  })

  test('is broken when the log went on after the deadline without reaching it, and the evidence convicts', () => {
    const judged = judge(size + 3, OTHER, 5)
    if (!judged.ok || judged.value.kind !== 'broken') throw new Error('expected a broken promise')
    expect(judged.value.evidence.breach.how).toBe('missing')
    expect(verifyEvidence(ports, judged.value.evidence).ok).toBe(true)
  })

  test('is open while the last commit is not later than the deadline', () => {
    expect(judge(size + 3, OTHER, Number.MAX_SAFE_INTEGER)).toMatchObject({ ok: true, value: { kind: 'open', size } })
  })

  test('convicts nobody by a proof that does not hold, by another log’s note or by an entry that is no commit', () => {
    const wrong = { leaf: OTHER, path: leafAt(6).path }
    expect(judge(6, leafHash(hasher, leafAt(6).entry), 1, { at: wrong }).ok).toBe(false)
    expect(judge(6, OTHER, 1, { note: note.replace(/\n\d+\n/, '\n22\n') }).ok).toBe(false)
    expect(judge(size + 3, OTHER, 5, { commit: leafAt(6) }).ok).toBe(false)
    expect(judge(6, OTHER, 1, { at: null }).ok).toBe(false)
  })

  test('signed by somebody else is no promise of the log', () => {
    expect(promise(6, OTHER, 1, testAuthor(77))).toEqual({
      ok: false,
      error: expect.stringContaining('never promised'),
    })
  })
})
