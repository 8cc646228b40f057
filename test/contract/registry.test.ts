import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type { Registry } from '#node/ports/ledger.ts'
import { createCharterRegistry } from '#node/registry/charter-registry.ts'
import { createMemoryRegistry } from '#node/registry/memory-registry.ts'
import { type Charter, charterMessage, encodeCharter, encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { charterAt, followingOn, key, NETWORK, registryContract, signers } from './registry.ts'

const START = 1_700_000_000_000

const signed = (of: Charter, by = signers.slice(0, 5)): Uint8Array =>
  encodeSignedCharter({
    charter: of,
    signatures: by.map(signer => ({ key: signer.publicKey, signature: signer.sign(charterMessage(of)) })),
  })

const inFolder = (folder: string, clock: Clock): Promise<Registry> =>
  createCharterRegistry({ folder: join(folder, 'federation'), network: NETWORK, hasher, verifier, clock })

registryContract('the charter in files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-registry-'))
  return {
    startsAt: START,
    open: clock => inFolder(folder, clock),
    prove: async of => signed(of),
    close: () => rm(folder, { recursive: true }),
  }
})

registryContract('the memory', async () => ({
  startsAt: START,
  open: async clock => createMemoryRegistry({ clock, hasher }),
  prove: async of => encodeCharter(of),
  close: async () => {},
}))

let folder: string
const clock = { nowMs: () => START + 10_000 }
const fromFiles = (): Promise<Registry> => inFolder(folder, clock)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandstand-registry-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('the charter in files', () => {
  it('is the same after a restart, ejections included', async () => {
    const registry = await fromFiles()
    await registry.adopt(signed(charterAt(START)))
    await registry.adopt(signed(followingOn(charterAt(START))))
    await registry.eject(key(3), Uint8Array.of(7))
    const again = await fromFiles()
    expect(again.history()).toEqual(registry.history())
    expect(again.ejected(key(3))).toBe(true)
    expect(again.committee(key(0), 2)).toEqual(registry.committee(key(0), 2))
  })

  it('needs every founder for the first epoch, and a quorum of the seats for the next', async () => {
    const registry = await fromFiles()
    const lacking = signed(charterAt(START), signers.slice(0, 4))
    expect(await registry.adopt(lacking)).toMatchObject({ ok: false, error: { code: 'bad-signature' } })
    await registry.adopt(signed(charterAt(START)))
    const next = followingOn(charterAt(START))
    const few = signed(next, signers.slice(0, 2))
    expect(await registry.adopt(few)).toMatchObject({ ok: false, error: { code: 'bad-signature' } })
    expect(await registry.adopt(signed(next, signers.slice(0, 3)))).toEqual({ ok: true, value: 2 })
  })

  it('refuses a charter of another network', async () => {
    const registry = await fromFiles()
    const other = signed(charterAt(START, { network: 'elsewhere' }))
    expect(await registry.adopt(other)).toMatchObject({ ok: false, error: { code: 'not-for-you' } })
  })

  it('does not open over a file that was changed', async () => {
    const registry = await fromFiles()
    await registry.adopt(signed(charterAt(START)))
    const bytes = signed(charterAt(START))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(join(folder, 'federation', 'charter'), bytes)
    await expect(fromFiles()).rejects.toMatchObject({ code: 'data-folder-unusable' })
  })
})
