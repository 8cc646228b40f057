import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { type AdmissionPorts, admitHead, type HeadKnown } from '#node/stage/value/admit-head.ts'
import { readItems } from '#node/stage/value/read-items.ts'
import { showLeaves } from '#node/stage/value/show-leaves.ts'
import { formatSignature, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { seatNameOf } from '#protocols/ledger/v1/origin.ts'
import type { Leaves } from '#protocols/value/v1/messages.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { quorumOf, selfCertified } from '#src/ledger/committee/committee-for.ts'
import { bareNote, cosignLine } from '#src/ledger/committee/notes.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import {
  community,
  fan,
  furnish,
  issue,
  must,
  type OwnLog,
  ownLogFolders,
  signerOf,
} from '#test/support/own-log-world.ts'

const seats = ['one', 'two', 'three', 'four'].map(name => signerOf(`seat ${name}`))
const committeeOf = (epoch: number): Committee => ({
  epoch,
  total: 4,
  quorum: quorumOf(4),
  seats: seats.map(({ publicKey }, n) => ({
    name: seatNameOf(publicKey),
    key: publicKey,
    operator: `${n}`,
    weight: 1,
  })),
})

/** A registry in which the log's community has been audited since epoch 1, or stands in no charter. */
const portsAt = (epoch: number): AdmissionPorts => ({
  hasher,
  verifier,
  registry: {
    epoch: () => epoch,
    joined: () => (epoch === 0 ? null : 1),
    committee: (_community, of) => (of === 0 ? selfCertified(0) : committeeOf(of)),
  },
})

const folders = ownLogFolders()
let log: OwnLog
beforeEach(async () => {
  log = folders.open(folders.folder())
  await furnish(log)
})
afterEach(() => folders.remove())

/** A head of the log, certified by these seats, with its genesis as the one leaf. */
function shownAt(epoch: number, by: readonly SyncSigner[], known: HeadKnown | null = null): Leaves {
  const { note, size } = must(log.commit(epoch)) ?? { note: log.checkpoint(), size: log.signedSize() }
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) throw new Error(parsed.error.message)
  log.certify(
    size,
    by.map(seat => formatSignature(cosignLine(hasher, seat, parsed.value.text, 1_780_000_000))),
  )
  const leaves = showLeaves(log, known ?? { generation: 0, size: 0 }, [0])
  if (leaves === null) throw new Error('nothing is certified')
  return leaves
}

const judge = (epoch: number, shown: Leaves, known: readonly HeadKnown[] = [], peer = community) =>
  admitHead(portsAt(epoch), peer, known, shown)
const code = (result: ReturnType<typeof judge>): string => (result.ok ? 'taken' : result.error.code)

function headOf(shown: Leaves): HeadKnown {
  const admitted = judge(0, shown)
  if (!admitted.ok || !('root' in admitted.value)) throw new Error('not admitted')
  return admitted.value
}

describe('a head that another community shows', () => {
  it('is taken when a quorum of the committee in force certifies it, and as self-certified from who stands alone', () => {
    expect(judge(1, shownAt(1, seats.slice(0, 3)))).toMatchObject({ ok: true, value: { alone: false, known: false } })
    expect(judge(0, shownAt(1, []))).toMatchObject({ ok: true, value: { alone: true } })
  })

  it('is refused with too few seats, forged lines, or lines of strangers', () => {
    const shown = shownAt(1, seats.slice(0, 2))
    expect(code(judge(1, shown))).toBe('bad-certificate')
    const parsed = parseCheckpoint(shown.note)
    if (!parsed.ok) throw new Error('a note')
    const [third] = seats.slice(2)
    const line = cosignLine(hasher, third as SyncSigner, parsed.value.text, 1_780_000_000)
    const forged = { ...line, signature: line.signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) }
    expect(code(judge(1, { ...shown, note: `${shown.note}${formatSignature(forged)}` }))).toBe('bad-certificate')
    const stranger = cosignLine(hasher, signerOf('a stranger'), parsed.value.text, 1_780_000_000)
    expect(code(judge(1, { ...shown, note: `${shown.note}${formatSignature(stranger)}` }))).toBe('bad-certificate')
    expect(code(judge(1, { ...shown, note: `${shown.note}${formatSignature(line)}` }))).toBe('taken')
  })

  it('is written down with the lines that certify it alone, whatever else stands under it', () => {
    const shown = shownAt(1, seats)
    const parsed = parseCheckpoint(shown.note)
    if (!parsed.ok) throw new Error('a note')
    const strange = Array.from({ length: 6 }, (_, n) =>
      formatSignature(cosignLine(hasher, signerOf(`stranger ${n}`), parsed.value.text, 1_780_000_000)),
    )
    const [seat = ''] = seats.map(one => formatSignature(cosignLine(hasher, one, parsed.value.text, 1_780_000_001)))
    const padded = judge(1, { ...shown, note: `${shown.note}${seat}${strange.join('')}` })
    expect(padded).toMatchObject({ ok: true, value: { note: shown.note } })
    const own = bareNote(parsed.value)
    expect(judge(0, shown)).toMatchObject({ ok: true, value: { alone: true, note: own } })
  })

  it('is refused when its epoch is over, or not known yet', async () => {
    expect(code(judge(1, shownAt(0, [])))).toBe('old-epoch')
    const paid = issue(fan.publicKey, 1n)
    must(await log.order(paid.envelope, paid.id))
    const shown = shownAt(2, seats)
    expect(code(judge(3, shown))).toBe('old-epoch')
    expect(code(judge(1, shown))).toBe('unknown-epoch')
    expect(code(judge(2, shown))).toBe('taken')
  })

  it('is refused when it is of another log, or does not end with its commit', () => {
    const shown = shownAt(1, seats)
    expect(code(judge(1, shown, [], signerOf('somebody else').publicKey))).toBe('unknown-log')
    expect(code(judge(1, { ...shown, note: 'not a note' }))).toBe('bad-checkpoint')
    expect(code(judge(1, { ...shown, commit: shown.items[0]?.leaf ?? new Uint8Array() }))).toBe('bad-proof')
    expect(code(judge(1, { ...shown, commitPath: shown.commitPath.slice(1) }))).toBe('bad-proof')
  })

  it('has to continue what is known: else it says from where, or that the log was forked', async () => {
    const first = headOf(shownAt(0, []))
    const paid = issue(fan.publicKey, 1n)
    must(await log.order(paid.envelope, paid.id))
    const next = shownAt(0, [], first)
    expect(judge(0, next, [first])).toMatchObject({ ok: true, value: { known: false } })
    expect(judge(0, { ...next, consistency: [] }, [first])).toMatchObject({ ok: true, value: { behind: first } })
    const later = headOf(shownAt(0, []))
    expect(judge(0, next, [later])).toMatchObject({ ok: true, value: { known: true } })
    expect(code(judge(0, next, [{ ...later, root: first.root }]))).toBe('fork')
    expect(code(judge(0, next, [{ ...later, generation: 2 }]))).toBe('closed')
  })

  it('brings no leaf that stands elsewhere, or that neither asks nor answers', () => {
    const shown = shownAt(0, [])
    const head = headOf(shown)
    const [item] = shown.items
    const read = (items: Leaves['items']) => readItems(hasher, signerOf('us').publicKey, community, head, items)
    expect(read([{ ...(item as Leaves['items'][0]), index: 1 }])).toMatchObject({ error: { code: 'bad-proof' } })
    expect(read(shown.items)).toMatchObject({ error: { code: 'bad-entry' } })
  })
})
