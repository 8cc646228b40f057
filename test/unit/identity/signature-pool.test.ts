import { afterAll, describe, expect, it } from 'vitest'
import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { createSignaturePool } from '#node/identity/threads/signature-pool.ts'
import type { SignatureCheck } from '#src/ledger/machine/machine.ts'

const signer = signerFromSeed(new Uint8Array(32).fill(7))
const checks = (count: number): SignatureCheck[] =>
  Array.from({ length: count }, (_, index) => {
    const message = new Uint8Array(1 + (index % 300)).fill(index)
    return { publicKey: signer.publicKey, message, signature: signer.sign(message) }
  })
const spoil = (all: SignatureCheck[], index: number): SignatureCheck[] =>
  all.map((check, at) => (at === index ? { ...check, message: new Uint8Array(9) } : check))

const pools = {
  'two threads': createSignaturePool({ verifier, threads: 2 }),
  'the calling thread alone': createSignaturePool({ verifier, threads: 0 }),
}
afterAll(() => Promise.all(Object.values(pools).map(pool => pool.close())))

describe.each(Object.entries(pools))('signatures on %s', (_, pool) => {
  it('accepts a batch in which every signature verifies', async () => {
    await expect(pool.begin(checks(1_000)).result).resolves.toBeNull()
  })

  it('names a signature that does not verify, wherever it stands', async () => {
    const all = checks(300)
    for (const index of [0, 63, 64, 299]) await expect(pool.begin(spoil(all, index)).result).resolves.toBe(index)
  })

  it('lets the caller help, and verifies each check once', async () => {
    const under = pool.begin(checks(500))
    under.help()
    await expect(under.result).resolves.toBeNull()
    const spoiled = pool.begin(spoil(checks(500), 499))
    spoiled.help()
    await expect(spoiled.result).resolves.toBe(499)
  })

  it('refuses keys and signatures of another length', async () => {
    const all = checks(100)
    const short = all.map((check, at) => (at === 40 ? { ...check, publicKey: new Uint8Array(31) } : check))
    await expect(pool.begin(short).result).resolves.toBe(40)
    const none = all.map((check, at) => (at === 41 ? { ...check, signature: new Uint8Array(0) } : check))
    await expect(pool.begin(none).result).resolves.toBe(41)
  })

  it('keeps batches that run at once apart', async () => {
    const all = checks(200)
    const results = await Promise.all([all, spoil(all, 5), all, spoil(all, 150)].map(each => pool.begin(each).result))
    expect(results).toEqual([null, 5, null, 150])
  })

  it('answers an empty batch', async () => {
    await expect(pool.begin([]).result).resolves.toBeNull()
  })
})

describe('a pool that loses its threads', () => {
  it('still answers what was under way, and what comes after', async () => {
    const pool = createSignaturePool({ verifier, threads: 1 })
    const under = [pool.begin(checks(400)), pool.begin(spoil(checks(400), 399))]
    await pool.close()
    await expect(Promise.all(under.map(each => each.result))).resolves.toEqual([null, 399])
    await expect(pool.begin(spoil(checks(40), 3)).result).resolves.toBe(3)
  })
})
