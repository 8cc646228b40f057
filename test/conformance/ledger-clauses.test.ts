import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createMachine, createSuccessor } from '#src/ledger/machine/create.ts'
import type { Applied, Machine } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { createRules } from '#src/royalties/rules.ts'
import { type ClauseVectors, clauseVectors } from '#test/support/ledger-vectors/clauses.ts'
import type { ReplayedLog } from '#test/support/ledger-vectors/log.ts'

const FILE = join(import.meta.dirname, '../../protocols/ledger/v1/clause-vectors.json')
const generated = clauseVectors()
// As with all published vectors: written once, with WRITE_VECTORS, and read ever after.
if (process.env.WRITE_VECTORS !== undefined) writeFileSync(FILE, `${JSON.stringify(generated, null, 2)}\n`)
const published = JSON.parse(readFileSync(FILE, 'utf8')) as ClauseVectors

const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const init = { hasher, rules: createRules({ hasher }), community: unhex(published.log.community) }

/** As a seat executes: form, signatures, rules; and the state root after each entry. */
function replay(
  machine: Machine,
  { entries }: ReplayedLog,
): { applied: Applied[]; roots: string[]; keys: Set<string> } {
  const [applied, roots, keys] = [[] as Applied[], [] as string[], new Set<string>()]
  for (const { hex } of entries) {
    const read = readEntry(hasher, init.community, unhex(hex))
    if (!read.ok) throw new Error(read.error.message)
    const sound = read.value.checks.every(check => verifier.verify(check.publicKey, check.message, check.signature))
    const done = sound ? machine.apply(read.value) : null
    if (done?.ok !== true) throw new Error(done === null ? 'bad-signature' : done.error.message)
    applied.push(done.value)
    roots.push(Buffer.from(machine.stateRoot()).toString('hex'))
    for (const [key] of machine.snapshot()) keys.add(key)
  }
  return { applied, roots, keys }
}

describe('the published log of every clause', () => {
  const machine = createMachine(init)
  const done = replay(machine, published.log)

  it('replays to the state root that is written beside each entry', () => {
    expect(done.roots).toEqual(published.log.entries.map(({ stateRoot }) => stateRoot))
  })

  it('shows every tag of the closed list but that of a division that is refused', () => {
    const tags = new Set(done.applied.flatMap(({ postings }) => postings.map(({ tag }) => tag)))
    const lines = 'tax rail-fee distribution-fee cost share escalator recoup reserve cap withholding'
    const others = 'issue redeem channel-open purchase release pool guarantee payout'
    for (const tag of `${lines} ${others}`.split(' ')) expect(tags).toContain(tag)
  })

  it('shows every counter', () => {
    const names = new Set([...done.keys].filter(key => key.startsWith('memory/')).map(key => key.split('/').at(-1)))
    const wanted = ['share', 'recouped', 'paid', 'due-24323', 'due-next', 'month', 'guarantee-next', 'lacking']
    for (const name of wanted) expect(names).toContain(name)
    expect([...done.keys].some(key => key.includes('/+studio/'))).toBe(true)
    for (const kind of ['paid/user-centric', 'paid/pro-rata', 'use/user-centric', 'use/pro-rata', 'key/'])
      expect([...done.keys].some(key => key.startsWith(kind))).toBe(true)
  })

  it('goes on in its successor, from the state that it ended with', () => {
    const next = createSuccessor(init, machine.snapshot())
    if (!next.ok) throw new Error(next.error.message)
    expect(replay(next.value, published.successor).roots).toEqual(
      published.successor.entries.map(({ stateRoot }) => stateRoot),
    )
  })

  it('is the bytes that this version writes', () => {
    expect(published).toEqual(generated)
  })
})
