import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import type { Registry } from '#node/ports/ledger.ts'
import { createCharterRegistry } from '#node/registry/charter-registry.ts'
import { createMemoryRegistry } from '#node/registry/memory-registry.ts'
import { type Charter, charterMessage, encodeCharter, encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'

const NETWORK = 'bandstand'
const START = 1_700_000_000_000
const signers = Array.from({ length: 8 }, (_, n) => signerFromSeed(new Uint8Array(32).fill(n + 1)))
const key = (n: number): Uint8Array => (signers[n] as (typeof signers)[number]).publicKey

const charter = (over: Partial<Charter> = {}): Charter => ({
  network: NETWORK,
  epoch: 1,
  previous: null,
  seats: 4,
  members: signers.slice(0, 5).map(({ publicKey }, n) => ({
    community: publicKey,
    name: `Community ${n}`,
    operator: `operator ${n}`,
    stake: 100,
    address: null,
  })),
  startsAt: START,
  ...over,
})
const following = (before: Charter, over: Partial<Charter> = {}): Charter =>
  charter({
    epoch: before.epoch + 1,
    previous: hasher.sha256(encodeCharter(before)),
    startsAt: before.startsAt + 1_000,
    ...over,
  })
const signed = (of: Charter, by = signers.slice(0, 5)): Uint8Array =>
  encodeSignedCharter({
    charter: of,
    signatures: by.map(signer => ({ key: signer.publicKey, signature: signer.sign(charterMessage(of)) })),
  })

let folder: string
let nowMs: number
const clock = { nowMs: () => nowMs }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandstand-registry-'))
  nowMs = START + 10_000
})
afterEach(() => rm(folder, { recursive: true }))

const fromFiles = (): Promise<Registry> =>
  createCharterRegistry({ folder: join(folder, 'federation'), network: NETWORK, hasher, verifier, clock })

const adapters = [
  { name: 'the charter in files', open: fromFiles, prove: signed },
  { name: 'the memory', open: async () => createMemoryRegistry({ clock, hasher }), prove: encodeCharter },
]

describe.each(adapters)('a registry: $name', ({ open, prove }) => {
  it('has no epoch while there is no federation: every log stands alone', async () => {
    const registry = await open()
    expect(registry.epoch()).toBe(0)
    expect(registry.history()).toEqual([])
    expect(registry.committee(key(0), 0)).toMatchObject({ epoch: 0, total: 1, quorum: 1, seats: [] })
  })

  it('takes a first charter, gives every community its committee, and tells that it changed', async () => {
    const registry = await open()
    let told = 0
    const forget = registry.onChange(() => told++)
    expect(await registry.adopt(prove(charter()))).toEqual({ ok: true, value: 1 })
    expect(registry.epoch()).toBe(1)
    expect(told).toBe(1)
    const { total, quorum, seats } = registry.committee(key(0), 1)
    expect({ total, quorum }).toEqual({ total: 4, quorum: 3 })
    expect(seats.map(seat => Buffer.from(seat.key).toString('hex')).sort()).toEqual(
      [1, 2, 3, 4].map(n => Buffer.from(key(n)).toString('hex')).sort(),
    )
    forget()
    await registry.adopt(prove(following(charter())))
    expect(told).toBe(1)
  })

  it('knows since when a community is a member', async () => {
    const registry = await open()
    await registry.adopt(prove(charter({ members: charter().members.slice(1) })))
    const second = following(charter({ members: charter().members.slice(1) }), { startsAt: nowMs + 60_000 })
    await registry.adopt(prove(second))
    expect([0, 1, 7].map(n => registry.joined(key(n)))).toEqual([2, 1, null])
  })

  it('keeps earlier epochs with what proves them, so that old certificates can be read', async () => {
    const registry = await open()
    const second = following(charter(), { members: charter().members.slice(0, 4) })
    await registry.adopt(prove(charter()))
    await registry.adopt(prove(second))
    expect(registry.epoch()).toBe(2)
    expect(registry.history()).toEqual([
      { epoch: 1, proof: prove(charter()) },
      { epoch: 2, proof: prove(second) },
    ])
    expect(registry.committee(key(0), 1).total).toBe(4)
    expect(registry.committee(key(0), 2).total).toBe(1)
  })

  it('counts an epoch from its start, and knows its committee before', async () => {
    const registry = await open()
    await registry.adopt(prove(charter({ startsAt: nowMs + 60_000 })))
    expect(registry.epoch()).toBe(0)
    expect(registry.committee(key(0), 1).total).toBe(4)
    nowMs += 60_000
    expect(registry.epoch()).toBe(1)
  })

  it('refuses what does not follow, and changes nothing', async () => {
    const registry = await open()
    expect(await registry.adopt(prove(following(charter())))).toMatchObject({ ok: false, error: { code: 'conflict' } })
    await registry.adopt(prove(charter()))
    const beside = charter({ members: charter().members.slice(1) })
    expect(await registry.adopt(prove(beside))).toMatchObject({ ok: false, error: { code: 'conflict' } })
    expect(await registry.adopt(prove(following(beside)))).toMatchObject({ ok: false, error: { code: 'conflict' } })
    const skipped = following(following(charter()))
    expect(await registry.adopt(prove(skipped))).toMatchObject({ ok: false, error: { code: 'conflict' } })
    expect(registry.history()).toHaveLength(1)
  })

  it('takes the same charter twice without counting it twice', async () => {
    const registry = await open()
    await registry.adopt(prove(charter()))
    expect(await registry.adopt(prove(charter()))).toEqual({ ok: true, value: 1 })
    expect(registry.history()).toHaveLength(1)
  })

  it('refuses bytes that are no charter', async () => {
    const registry = await open()
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff, 1, 2), prove(charter()).subarray(0, 40)])
      expect(await registry.adopt(bytes)).toMatchObject({ ok: false, error: { code: 'bad-request' } })
  })

  it('adopts one of two that arrive at once', async () => {
    const registry = await open()
    const other = charter({ startsAt: START + 1 })
    const results = await Promise.all([registry.adopt(prove(charter())), registry.adopt(prove(other))])
    expect(results.map(result => result.ok)).toEqual([true, false])
  })

  it('counts an ejected seat no more, in any committee, and the quorum stays', async () => {
    const registry = await open()
    await registry.adopt(prove(charter()))
    let told = 0
    registry.onChange(() => told++)
    await registry.eject(key(2), Uint8Array.of(1))
    await registry.eject(key(2), Uint8Array.of(2))
    expect(told).toBe(1)
    expect(registry.ejected(key(2))).toBe(true)
    expect(registry.ejected(key(1))).toBe(false)
    const { seats, quorum } = registry.committee(key(0), 1)
    expect(seats).toHaveLength(3)
    expect(quorum).toBe(3)
  })
})

describe('the charter in files', () => {
  it('is the same after a restart, ejections included', async () => {
    const registry = await fromFiles()
    await registry.adopt(signed(charter()))
    await registry.adopt(signed(following(charter())))
    await registry.eject(key(3), Uint8Array.of(7))
    const again = await fromFiles()
    expect(again.history()).toEqual(registry.history())
    expect(again.ejected(key(3))).toBe(true)
    expect(again.committee(key(0), 2)).toEqual(registry.committee(key(0), 2))
  })

  it('needs every founder for the first epoch, and a quorum of the seats for the next', async () => {
    const registry = await fromFiles()
    const lacking = signed(charter(), signers.slice(0, 4))
    expect(await registry.adopt(lacking)).toMatchObject({ ok: false, error: { code: 'bad-signature' } })
    await registry.adopt(signed(charter()))
    const next = following(charter())
    const few = signed(next, signers.slice(0, 2))
    expect(await registry.adopt(few)).toMatchObject({ ok: false, error: { code: 'bad-signature' } })
    expect(await registry.adopt(signed(next, signers.slice(0, 3)))).toEqual({ ok: true, value: 2 })
  })

  it('refuses a charter of another network', async () => {
    const registry = await fromFiles()
    const other = signed(charter({ network: 'elsewhere' }))
    expect(await registry.adopt(other)).toMatchObject({ ok: false, error: { code: 'not-for-you' } })
  })

  it('does not open over a file that was changed', async () => {
    const registry = await fromFiles()
    await registry.adopt(signed(charter()))
    const bytes = signed(charter())
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(join(folder, 'federation', 'charter'), bytes)
    await expect(fromFiles()).rejects.toMatchObject({ code: 'data-folder-unusable' })
  })
})
