import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { createRules } from '#src/royalties/rules.ts'
import { type LogVectors, logVectors } from '#test/support/ledger-vectors/log.ts'

const FILE = join(import.meta.dirname, '../../protocols/ledger/v1/log-vectors.json')
const generated = logVectors()
// As with all published vectors: written once, with WRITE_VECTORS, and read ever after.
if (process.env.WRITE_VECTORS !== undefined) writeFileSync(FILE, `${JSON.stringify(generated, null, 2)}\n`)
const published = JSON.parse(readFileSync(FILE, 'utf8')) as LogVectors

const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const community = unhex(published.community)

/** As a seat executes: form, signatures, rules. */
function execute(machine: ReturnType<typeof createMachine>, bytes: Uint8Array): string {
  const read = readEntry(hasher, community, bytes)
  if (!read.ok) return read.error.code
  const { checks } = read.value
  if (!checks.every(check => verifier.verify(check.publicKey, check.message, check.signature))) return 'bad-signature'
  const applied = machine.apply(read.value)
  return applied.ok ? 'ok' : applied.error.code
}

describe('the published log of ledger version 1', () => {
  const machine = createMachine({ hasher, rules: createRules({ hasher }), community })
  const replay = published.entries.map(({ hex }) => ({
    code: execute(machine, unhex(hex)),
    root: hexOf(machine.stateRoot()),
  }))

  it('replays to the state root that is written beside each entry', () => {
    expect(replay).toEqual(published.entries.map(({ stateRoot }) => ({ code: 'ok', root: stateRoot })))
  })

  it('has the leaves and the root that are written', () => {
    let range = EMPTY_RANGE
    for (const { hex, leaf } of published.entries) {
      const read = readEntry(hasher, community, unhex(hex))
      expect(read.ok && hexOf(read.value.leaf)).toBe(leaf)
      range = extendRange(hasher, range, unhex(leaf))
    }
    expect(hexOf(rangeRoot(hasher, range))).toBe(published.root)
  })

  it.each(published.invalid)('refuses $name: $code, and nothing changes', ({ hex, code }) => {
    expect(execute(machine, unhex(hex))).toBe(code)
    expect(hexOf(machine.stateRoot())).toBe(published.entries.at(-1)?.stateRoot)
    expect(machine.size).toBe(published.entries.length)
  })

  it('is the bytes that this version writes', () => {
    expect(published).toEqual(generated)
  })
})
