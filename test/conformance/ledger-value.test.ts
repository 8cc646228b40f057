import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { createRules } from '#src/royalties/rules.ts'
import { valueLogVectors } from '#test/support/ledger-vectors/value-log.ts'

const FILE = join(import.meta.dirname, '../../protocols/ledger/v1/value-log-vectors.json')
const generated = valueLogVectors()
// As with all published vectors: written once, with WRITE_VECTORS, and read ever after.
if (process.env.WRITE_VECTORS !== undefined) writeFileSync(FILE, `${JSON.stringify(generated, null, 2)}\n`)
const published = JSON.parse(readFileSync(FILE, 'utf8')) as typeof generated

const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const rules = createRules({ hasher })

/** As a seat executes: form, signatures, rules. */
function execute(machine: ReturnType<typeof createMachine>, community: Uint8Array, bytes: Uint8Array): string {
  const read = readEntry(hasher, community, bytes)
  if (!read.ok) return read.error.code
  const { checks } = read.value
  if (!checks.every(check => verifier.verify(check.publicKey, check.message, check.signature))) return 'bad-signature'
  const applied = machine.apply(read.value)
  return applied.ok ? 'ok' : applied.error.code
}

describe.each(published.logs)('the published log of $name, which exchanges value with others', log => {
  const community = unhex(log.community)
  const machine = createMachine({ hasher, rules, community })
  const replay = log.entries.map(({ hex }) => ({
    code: execute(machine, community, unhex(hex)),
    stateRoot: hexOf(machine.stateRoot()),
  }))

  it('replays to the state root that is written beside each entry', () => {
    expect(replay).toEqual(log.entries.map(({ stateRoot }) => ({ code: 'ok', stateRoot })))
  })

  it('has the root that is written', () => {
    const range = log.entries.reduce((grown, { leaf }) => extendRange(hasher, grown, unhex(leaf)), EMPTY_RANGE)
    expect(hexOf(rangeRoot(hasher, range))).toBe(log.root)
  })

  it('refuses what is wrong, for the reason that is written, and nothing changes', () => {
    for (const { name, hex, code } of log.invalid)
      expect({ name, code: execute(machine, community, unhex(hex)) }).toEqual({ name, code })
    expect(hexOf(machine.stateRoot())).toBe(log.entries.at(-1)?.stateRoot)
  })
})

it('the published logs that exchange value are the bytes that this version writes', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(generated)))
})
