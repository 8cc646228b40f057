import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { type Charter, charterMessage, encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { formatNote, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { committeeFor } from '#src/ledger/committee/committee-for.ts'
import { cosignLine } from '#src/ledger/committee/notes.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { buildBundle } from '#src/royalties/statements/build-bundle.ts'
import type { Subject } from '#src/royalties/statements/subject.ts'
import { cleanNote } from '#src/royalties/statements/verify/clean-note.ts'
import { verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import { testAuthor } from '#test/support/author.ts'
import {
  ada,
  busyMonth,
  collect,
  community,
  desk,
  ports,
  rules,
  type StatementWorld,
} from '#test/support/statement-world.ts'

const ADA: Subject = { kind: 'account', key: toText(ada.publicKey, 'base16') }
const seats = [11, 12, 13, 14].map(testAuthor)

const charter: Charter = {
  network: 'bandstand',
  epoch: 1,
  previous: null,
  seats: 4,
  members: [desk, ...seats].map((one, at) => ({
    community: one.publicKey,
    name: `Community ${at}`,
    operator: `operator ${at}`,
    stake: 100,
    address: null,
  })),
  startsAt: 0,
}
const signedCharter = encodeSignedCharter({
  charter,
  signatures: [desk, ...seats].map(one => ({ key: one.publicKey, signature: one.sign(charterMessage(charter)) })),
})

function certifiedFile(world: StatementWorld, cosigners: number, charters = [signedCharter]): Uint8Array {
  const { note, size, text } = world.checkpoint()
  const read = parseCheckpoint(note)
  if (!read.ok) throw new Error(read.error.message)
  const lines = seats.slice(0, cosigners).map(seat => cosignLine(hasher, seat, text, 1_800_000_000))
  const checkpoint = formatNote(text, [...read.value.signatures, ...lines])
  const built = buildBundle({
    hasher,
    subject: ADA,
    collected: collect(world, ADA),
    checkpoint,
    size,
    charters,
    leaf: world.leaf(size),
  })
  if (!built.ok) throw new Error(built.error)
  return built.value
}

describe('who stands behind a bundle', () => {
  const world = busyMonth({ epoch: 1 })

  test('a quorum of the charter’s seats is named, with how many were needed', () => {
    const judged = verifyBundle(ports, certifiedFile(world, 3))
    expect(judged).toMatchObject({
      ok: true,
      value: {
        certification: {
          self: false,
          weight: 3,
          quorum: 3,
          total: 4,
          seats: expect.arrayContaining(['Community 1', 'Community 2', 'Community 3']),
        },
      },
    })
  })

  test('too few seats are no certificate', () => {
    expect(verifyBundle(ports, certifiedFile(world, 2))).toMatchObject({
      ok: false,
      error: { part: 'the proof and the signed checkpoint', message: expect.stringContaining('weight 2') },
    })
  })

  test('a log certified under a charter does not pass as self-certified when the charter is left out', () => {
    expect(verifyBundle(ports, certifiedFile(world, 3, []))).toMatchObject({ ok: false, error: { part: 'charter 1' } })
  })

  test('a charter that one founder did not sign is refused by name', () => {
    const unsigned = encodeSignedCharter({
      charter,
      signatures: seats.map(one => ({ key: one.publicKey, signature: one.sign(charterMessage(charter)) })),
    })
    expect(verifyBundle(ports, certifiedFile(world, 3, [unsigned]))).toMatchObject({
      ok: false,
      error: { part: 'charter 1' },
    })
  })

  test('lines of strangers are cleaned off a note before it goes into a file', () => {
    const { note, text } = world.checkpoint()
    const read = parseCheckpoint(note)
    if (!read.ok) throw new Error(read.error.message)
    const lines = [seats[0], testAuthor(99)].map(one => cosignLine(hasher, one ?? desk, text, 1_800_000_000))
    const noisy = formatNote(text, [...read.value.signatures, ...lines])
    const clean = parseCheckpoint(cleanNote(ports, committeeFor(charter, community), noisy)?.note ?? '')
    expect(clean.ok && clean.value.signatures).toHaveLength(2)
  })
})

describe('a log that does not keep to the terms', () => {
  /** Rules under the same name that give Ada’s part to Bo: what a cheating community would run. */
  const cheating: Rules = {
    ...rules,
    compile(terms) {
      const compiled = rules.compile(terms)
      if (!compiled.ok) return compiled
      const { divide } = compiled.value
      return {
        ok: true,
        value: {
          ...compiled.value,
          divide(request) {
            const lines = divide.call(compiled.value, request)
            if (!lines.ok || lines.value.length < 2) return lines
            const [first, second, ...rest] = lines.value
            if (first === undefined || second === undefined || first.amount < 2n) return lines
            return {
              ok: true,
              value: [{ ...first, amount: first.amount - 1n }, { ...second, amount: second.amount + 1n }, ...rest],
            }
          },
        },
      }
    },
  }

  test('is found out by running the waterfall again, to the last unit', () => {
    const world = busyMonth({ rules: cheating })
    const { note, size } = world.checkpoint()
    const collected = collect(world, ADA, '2026-11', cheating)
    const built = buildBundle({
      hasher,
      subject: ADA,
      collected,
      checkpoint: note,
      size,
      charters: [],
      leaf: world.leaf(size),
    })
    if (!built.ok) throw new Error(built.error)
    expect(verifyBundle(ports, built.value)).toEqual({
      ok: false,
      error: { part: 'entry 1', message: 'by the terms of “Two Songs” it divides otherwise than the log says' },
    })
    expect(verifyBundle({ ...ports, rules: cheating }, built.value).ok).toBe(true)
  })
})

describe('what can be asked for', () => {
  const world = busyMonth()
  const ask = (subject: Subject, period = '2026-11', size?: number) => {
    const head = world.checkpoint()
    return buildBundle({
      hasher,
      subject,
      collected: collect(world, subject, period),
      checkpoint: head.note,
      size: size ?? head.size,
      charters: [],
      leaf: world.leaf(size ?? head.size),
    })
  }

  test('a party without an account has a statement of what waits for it', () => {
    const built = ask({ kind: 'party', id: 'cy' })
    const judged = verifyBundle(ports, built.ok ? built.value : new Uint8Array(0))
    expect(judged.ok && judged.value.statements.map(one => one.holder.split(':')[0])).toEqual(['susp', 'susp'])
  })

  test('a month that nothing closed yet says how to close it', () => {
    expect(ask(ADA, '2026-12')).toMatchObject({
      ok: false,
      error: expect.stringContaining('bandstand log close-period'),
    })
  })

  test('a close that no certificate covers yet is said to be coming', () => {
    expect(ask(ADA, '2026-11', 10)).toMatchObject({ ok: false, error: expect.stringContaining('not certified yet') })
  })

  test('somebody for whom nothing moved has no bundle', () => {
    expect(ask({ kind: 'account', key: 'ee'.repeat(32) })).toMatchObject({
      ok: false,
      error: expect.stringContaining('Nothing moved'),
    })
  })

  test('more movements than a bundle holds are refused before a file is made of them', () => {
    const { note, size } = world.checkpoint()
    const base = { hasher, subject: ADA, collected: collect(world, ADA), checkpoint: note, size, charters: [] }
    expect(buildBundle({ ...base, leaf: world.leaf(size), partsMax: 10_010 })).toMatchObject({
      ok: false,
      error: expect.stringContaining('9 movements are more than one bundle holds'),
    })
  })

  test('an agreement that only the log before holds is named, instead of a file without its terms', () => {
    const { note, size } = world.checkpoint()
    const collected = { ...collect(world, ADA), agreements: new Map() }
    const built = buildBundle({
      hasher,
      subject: ADA,
      collected,
      checkpoint: note,
      size,
      charters: [],
      leaf: world.leaf(size),
    })
    expect(built).toMatchObject({ ok: false, error: expect.stringContaining('in the log before this one') })
  })

  test('the bytes of another file are refused in words', () => {
    expect(verifyBundle(ports, fromString('PK\u0003\u0004 not a bundle'))).toMatchObject({
      ok: false,
      error: { part: 'the first line' },
    })
  })
})
