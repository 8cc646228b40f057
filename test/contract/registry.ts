import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, signerFromSeed } from '#node/identity/crypto-ports.ts'
import type { Registry } from '#node/ports/ledger.ts'
import { type Charter, encodeCharter } from '#protocols/ledger/v1/charter.ts'
import type { Clock } from '#src/kernel/ports.ts'

export const NETWORK = 'bandstand'

/** The communities of the suite; five of them are members of its charters. */
export const signers = Array.from({ length: 8 }, (_, n) => signerFromSeed(new Uint8Array(32).fill(n + 1)))
export const key = (n: number): Uint8Array => (signers[n] as (typeof signers)[number]).publicKey

/** A first charter that starts at `startsAt`: five communities, four seats. */
export const charterAt = (startsAt: number, over: Partial<Charter> = {}): Charter => ({
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
  startsAt,
  ...over,
})
export const followingOn = (before: Charter, over: Partial<Charter> = {}): Charter =>
  charterAt(before.startsAt + 1_000, {
    epoch: before.epoch + 1,
    previous: hasher.sha256(encodeCharter(before)),
    ...over,
  })

/** A registry with the world that it reads. */
export interface RegistryWorld {
  /** When the first epoch may start, ms. */
  readonly startsAt: number
  open(clock: Clock): Promise<Registry>
  /** What proves a charter. Where the world has to have it first, it does from then on, if it follows on what it has. */
  prove(charter: Charter): Promise<Uint8Array>
  close(): Promise<void>
}

/** What every registry must do, whoever says who holds which stake. */
export function registryContract(name: string, openWorld: () => Promise<RegistryWorld>): void {
  describe(`a registry: ${name}`, () => {
    let world: RegistryWorld
    let nowMs: number
    let start: number
    const clock = { nowMs: () => nowMs }
    const open = (): Promise<Registry> => world.open(clock)
    const prove = (of: Charter): Promise<Uint8Array> => world.prove(of)
    const charter = (over: Partial<Charter> = {}): Charter => charterAt(start, over)
    const following = followingOn
    beforeEach(async () => {
      world = await openWorld()
      start = world.startsAt
      nowMs = start + 10_000
    })
    afterEach(() => world.close())

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
      expect(await registry.adopt(await prove(charter()))).toEqual({ ok: true, value: 1 })
      expect(registry.epoch()).toBe(1)
      expect(told).toBe(1)
      const { total, quorum, seats } = registry.committee(key(0), 1)
      expect({ total, quorum }).toEqual({ total: 4, quorum: 3 })
      expect(seats.map(seat => Buffer.from(seat.key).toString('hex')).sort()).toEqual(
        [1, 2, 3, 4].map(n => Buffer.from(key(n)).toString('hex')).sort(),
      )
      forget()
      await registry.adopt(await prove(following(charter())))
      expect(told).toBe(1)
    })

    it('knows since when a community is a member', async () => {
      const registry = await open()
      await registry.adopt(await prove(charter({ members: charter().members.slice(1) })))
      const second = following(charter({ members: charter().members.slice(1) }), { startsAt: nowMs + 60_000 })
      await registry.adopt(await prove(second))
      expect([0, 1, 7].map(n => registry.joined(key(n)))).toEqual([2, 1, null])
    })

    it('keeps earlier epochs with what proves them, so that old certificates can be read', async () => {
      const registry = await open()
      const second = following(charter(), { members: charter().members.slice(0, 4) })
      await registry.adopt(await prove(charter()))
      await registry.adopt(await prove(second))
      expect(registry.epoch()).toBe(2)
      expect(registry.history()).toEqual([
        { epoch: 1, proof: await prove(charter()) },
        { epoch: 2, proof: await prove(second) },
      ])
      expect(registry.committee(key(0), 1).total).toBe(4)
      expect(registry.committee(key(0), 2).total).toBe(1)
    })

    it('counts an epoch from its start, and knows its committee before', async () => {
      const registry = await open()
      await registry.adopt(await prove(charter({ startsAt: nowMs + 60_000 })))
      expect(registry.epoch()).toBe(0)
      expect(registry.committee(key(0), 1).total).toBe(4)
      nowMs += 60_000
      expect(registry.epoch()).toBe(1)
    })

    it('refuses what does not follow, and changes nothing', async () => {
      const registry = await open()
      expect(await registry.adopt(await prove(following(charter())))).toMatchObject({
        ok: false,
        error: { code: 'conflict' },
      })
      await registry.adopt(await prove(charter()))
      const beside = charter({ members: charter().members.slice(1) })
      expect(await registry.adopt(await prove(beside))).toMatchObject({ ok: false, error: { code: 'conflict' } })
      expect(await registry.adopt(await prove(following(beside)))).toMatchObject({
        ok: false,
        error: { code: 'conflict' },
      })
      const skipped = following(following(charter()))
      expect(await registry.adopt(await prove(skipped))).toMatchObject({ ok: false, error: { code: 'conflict' } })
      expect(registry.history()).toHaveLength(1)
    })

    it('takes the same charter twice without counting it twice', async () => {
      const registry = await open()
      await registry.adopt(await prove(charter()))
      expect(await registry.adopt(await prove(charter()))).toEqual({ ok: true, value: 1 })
      expect(registry.history()).toHaveLength(1)
    })

    it('refuses bytes that are no charter', async () => {
      const registry = await open()
      for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff, 1, 2), (await prove(charter())).subarray(0, 40)])
        expect(await registry.adopt(bytes)).toMatchObject({ ok: false, error: { code: 'bad-request' } })
    })

    it('adopts one of two that arrive at once', async () => {
      const registry = await open()
      const other = charter({ startsAt: start + 1 })
      const results = await Promise.all([registry.adopt(await prove(charter())), registry.adopt(await prove(other))])
      expect(results.map(result => result.ok)).toEqual([true, false])
    })

    it('counts an ejected seat no more, in any committee, and the quorum stays', async () => {
      const registry = await open()
      await registry.adopt(await prove(charter()))
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
}
