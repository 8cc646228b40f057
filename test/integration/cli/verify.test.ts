import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { type Ack, ackMessage, encodeAck } from '#protocols/ledger/v1/ack.ts'
import { encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { formatTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { ADA, bundleOf } from '#test/support/bundles.ts'
import { runProgram } from '#test/support/program.ts'
import { busyMonth, community, desk } from '#test/support/statement-world.ts'

let dir: string
const at = (name: string): string => join(dir, name)

const world = busyMonth()
const { note, size } = world.checkpoint()
const INDEX = 6
const leaf = leafHash(hasher, world.entries[INDEX] ?? new Uint8Array(0))

/** What the community signed when it took an order: entry `INDEX` would be `promised`. */
function ackOf(promised: Uint8Array): Uint8Array {
  const fields = {
    origin: originOf(community),
    id: hasher.sha256(fromString('an order')),
    index: INDEX,
    leaf: promised,
    at: 1_000,
    deadline: 11_000,
  }
  const ack: Ack = { ...fields, signature: desk.sign(ackMessage(fields)) }
  return encodeAck(ack)
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-verify-'))
  const bundle = bundleOf(world, ADA)
  writeFileSync(at('ada.bundle'), bundle)
  const damaged = bundle.slice()
  damaged[damaged.length - 5] = (damaged[damaged.length - 5] ?? 0) ^ 1
  writeFileSync(at('damaged.bundle'), damaged)
  const { path } = world.leaf(size)(INDEX)
  const other = hasher.sha256(fromString('what was promised'))
  writeFileSync(at('kept.ack'), ackOf(leaf))
  writeFileSync(at('kept.txt'), `${toText(ackOf(leaf), 'base64pad')}\n`)
  writeFileSync(at('broken.ack'), ackOf(other))
  writeFileSync(at('proof'), formatTlogProof({ extra: null, index: INDEX, path, checkpoint: note }))
  writeFileSync(
    at('proof-of-7'),
    formatTlogProof({ extra: null, index: 7, path: world.leaf(size)(7).path, checkpoint: note }),
  )
  const breach = { how: 'replaced', leaf, proof: path } as const
  const base = { kind: 'broken-promise', community, note } as const
  writeFileSync(at('evidence'), encodeEvidence({ ...base, ack: ackOf(other), breach }))
  writeFileSync(at('slander'), encodeEvidence({ ...base, ack: ackOf(leaf), breach }))
  writeFileSync(
    at('noise'),
    Uint8Array.from({ length: 300 }, (_, byte) => byte),
  )
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** No stage, no data folder, and a home that cannot be written to. */
const env = { BANDSTAND_DATA: '/nowhere', HOME: '/nowhere', XDG_DATA_HOME: '/nowhere' }
const run = (...args: string[]) => runProgram(args, { env })

describe('verify, without a stage and without a data folder', () => {
  it('says step by step what a bundle proves', async () => {
    const { code, stdout, stderr } = await run('verify', at('ada.bundle'))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('it is self-certified')
    expect(stdout).toContain('the same to the last unit')
    expect(stdout).toContain('Everything in this file holds together.')
  })

  it('gives the same to programs', async () => {
    const { stdout } = await run('verify', at('ada.bundle'), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ period: '2026-11', lines: 9, certification: { self: true } })
  })

  it.each([
    [['damaged.bundle'], 1, 'This bundle does not hold. signature on an agreement, number 2: it was changed.'],
    [['ada.bundle', '--community', 'ee'.repeat(32)], 1, 'This file is of community'],
    [['ada.bundle', '--community', 'ee'], 2, '--community is a key of 64 hex digits.'],
    [['slander'], 1, 'This evidence convicts nobody'],
    [['noise'], 2, 'no statement bundle, no evidence and no ack'],
    [['nowhere'], 1, 'There is no file'],
    [['kept.ack', '--proof', 'proof-of-7'], 2, 'The proof is of entry 7; the ack promises entry 6.'],
    [['broken.ack', '--proof', 'proof'], 1, 'The proof that was shown does not hold'],
  ])('%j ends with %i and says why in one line', async (args, code, sentence) => {
    const named = args.map(arg => (arg.startsWith('--') || /^e+$/.test(arg) ? arg : at(arg)))
    const done = await run('verify', ...named)
    expect({ code: done.code, stdout: done.stdout }).toEqual({ code, stdout: '' })
    expect(done.stderr).toContain(sentence)
    expect(done.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('convicts by evidence alone', async () => {
    const { code, stdout } = await run('verify', at('evidence'))
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('This evidence holds.') })
  })

  it.each(['kept.ack', 'kept.txt'])('a promise in %s is seen to be kept', async name => {
    const verified = await run('verify', at(name), '--proof', at('proof'))
    const checked = await run('log', 'check-ack', at(name), '--proof', at('proof'))
    expect([verified.code, checked.code]).toEqual([0, 0])
    expect(checked.stdout).toContain('Kept: the promised entry is entry 6')
  })
})

describe('log check-ack', () => {
  it.each([
    [['log', 'check-ack'], 2, "missing required argument 'file'"],
    [['log', 'check-ack', 'noise'], 1, 'This is no ack'],
    [['log', 'check-ack', 'kept.ack'], 1, 'Start it first'],
    [['log', 'close-period'], 1, 'Start it first'],
    [['statement', 'ada', '--period', 'november'], 2, '"november" is no month'],
    [['statement', 'ada'], 2, "required option '--period <MONTH>'"],
    [
      ['statement', 'ada', '--period', '2026-11', '--format', 'pdf'],
      2,
      'Allowed choices are bundle, csv, dsr, ledger, beancount',
    ],
    [['statement', 'ada', '--period', '2026-11', '--format', 'bundle'], 2, 'say where it goes with --out'],
    [['whatif', 'everything', '--gross', '100'], 2, '"everything" is no agreement'],
    [['whatif', 'ab'.repeat(32), '--gross', '0.00'], 2, '--gross is an amount above zero'],
    [['explain', 'that one'], 2, '"that one" is no receipt'],
  ])('%j ends with %i and one plain line', async (args, code, sentence) => {
    const done = await run(...args.map(arg => (/^(?:noise|kept\.ack)$/.test(arg) ? at(arg) : arg)))
    expect({ code: done.code, stdout: done.stdout }).toEqual({ code, stdout: '' })
    expect(done.stderr).toContain(sentence)
    expect(done.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('does not touch what it reads', () => {
    expect(readFileSync(at('kept.ack'))).toEqual(Buffer.from(ackOf(leaf)))
  })
})
