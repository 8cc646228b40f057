import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { verifyStrictly } from '#web/verify/strict-ed25519.ts'

const folder = new URL('../../../shared/vectors/ed25519/', import.meta.url)
const there = existsSync(folder)
if (!there) console.log('ed25519 vectors by others are not here (../shared/vectors): skipped')

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/**
 * Which of the twelve edge signatures of ed25519-speccheck a stage accepts. Libraries disagree on them, so the answer
 * is part of our protocol: every stage must give the same. Number 3 is a sound cofactorless signature by a key with a
 * small-order part; the others hold only under lenient rules.
 */
const SPECCHECK_ACCEPTED: readonly number[] = [3]

/**
 * Flags of C2SP's CCTV set under which a signature must fail: points of small order or in another than the canonical
 * encoding, and equations that hold only times the cofactor. A small-order component alone is no reason.
 */
const CCTV_REFUSED: ReadonlySet<string> = new Set([
  'low_order_A',
  'low_order_R',
  'non_canonical_A',
  'non_canonical_R',
  'low_order_residue',
  'reencoded_k',
])
const cctv = new URL('cctv.json', folder)
const cctvThere = existsSync(cctv)
if (!cctvThere) console.log('ed25519 vectors of CCTV are not here (../shared/vectors/ed25519/cctv.json): skipped')

const VERIFIERS = [
  { who: 'a stage', verify: verifier.verify },
  { who: 'the page', verify: verifyStrictly },
]

describe.skipIf(!there).each(VERIFIERS)('the Ed25519 verifier of $who', ({ verify }) => {
  it('accepts exactly the pinned ones of the twelve speccheck signatures', () => {
    const cases = read<{ message: string; pub_key: string; signature: string }[]>('speccheck.json')
    const accepted = cases.flatMap(({ message, pub_key, signature }, index) =>
      verify(unhex(pub_key), unhex(message), unhex(signature)) ? [index] : [],
    )
    expect(cases).toHaveLength(12)
    expect(accepted).toEqual(SPECCHECK_ACCEPTED)
  })

  it('agrees with every wycheproof vector', () => {
    interface Group {
      publicKey: { pk: string }
      tests: { tcId: number; msg: string; sig: string; result: string }[]
    }
    const { testGroups } = read<{ testGroups: Group[] }>('wycheproof.json')
    const wrong = testGroups.flatMap(({ publicKey, tests }) =>
      tests
        .filter(({ msg, sig, result }) => verify(unhex(publicKey.pk), unhex(msg), unhex(sig)) !== (result === 'valid'))
        .map(({ tcId }) => tcId),
    )
    expect(wrong).toEqual([])
    expect(testGroups.flatMap(({ tests }) => tests).length).toBeGreaterThan(100)
  })
})

describe.skipIf(!cctvThere).each(VERIFIERS)('the Ed25519 verifier of $who', ({ verify }) => {
  it('accepts of the CCTV set exactly what no flag forbids', () => {
    const cases = read<{ number: number; key: string; sig: string; msg: string; flags: string[] | null }[]>('cctv.json')
    const wrong = cases
      .filter(({ key, sig, msg, flags }) => {
        const sound = !(flags ?? []).some(flag => CCTV_REFUSED.has(flag))
        return verify(unhex(key), new TextEncoder().encode(msg), unhex(sig)) !== sound
      })
      .map(({ number }) => number)
    expect(wrong).toEqual([])
    expect(cases.length).toBeGreaterThan(100)
  })
})

describe('the Ed25519 ports', () => {
  it('refuse keys and signatures of the wrong length without throwing', () => {
    const signer = signerFromSeed(new Uint8Array(32))
    const signature = signer.sign(new Uint8Array()) as Uint8Array
    for (const length of [0, 31, 33, 64])
      expect(verifier.verify(new Uint8Array(length), new Uint8Array(), signature)).toBe(false)
    for (const length of [0, 63, 65])
      expect(verifier.verify(signer.publicKey, new Uint8Array(), new Uint8Array(length))).toBe(false)
  })

  it('refuse the low-order keys that verify anything elsewhere', () => {
    const identityPoint = Uint8Array.from([1, ...new Uint8Array(31)])
    const signature = new Uint8Array(64)
    signature[0] = 1
    for (const key of [identityPoint, new Uint8Array(32)])
      expect(verifier.verify(key, new TextEncoder().encode('anything'), signature)).toBe(false)
  })
})
