import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { beforeEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type { SignOffsApi } from '#node/ports/sign-offs.ts'
import { createSignOffs } from '#node/stage/sign-offs.ts'
import { createSignOffStore } from '#node/store/sign-offs.ts'
import type { AgreementInfo } from '#protocols/api/v1/schemas.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'
import { storeInMemory } from '#test/support/world.ts'

const [desk, ben, thief] = [testAuthor(0), testAuthor(1), testAuthor(2)]
const HASH = 'ab'.repeat(32)
const hex = (bytes: Uint8Array) => asText(bytes, 'hex')
const DAY_MS = 86_400_000

/** What the log says of one agreement; `settle` is the community's order. */
function agreementOf(community: TestAuthor) {
  const party = { shares: 5_000, standing: 'unsigned' as const, waiting: '0', signedOff: null }
  let info: AgreementInfo = {
    hash: HASH,
    community: hex(community.publicKey),
    release: null,
    releaseTitle: null,
    inForce: true,
    active: false,
    terms: '',
    asset: { code: 'TEST', scale: 2, issuer: hex(community.publicKey) },
    parties: [
      { ...party, party: 'ana', name: 'Ana', account: hex(testAuthor(9).publicKey) },
      { ...party, party: 'ben', name: 'Ben', account: null },
    ],
  }
  const settled: string[][] = []
  return {
    settled,
    get: () => info,
    async settle(_hash: string, who: string, account: string) {
      settled.push([who, account])
      const parties = info.parties.map(one => (one.party === who ? { ...one, standing: 'active' as const } : one))
      info = { ...info, parties }
      return info
    },
  }
}

describe('signing an agreement through a link', () => {
  let agreements: ReturnType<typeof agreementOf>
  let calls: SignOffsApi
  let now: number
  let count: number

  beforeEach(() => {
    agreements = agreementOf(desk)
    now = 1_700_000_000_000
    count = 0
    calls = createSignOffs({
      own: desk.publicKey,
      agreements,
      signOffs: createSignOffStore(storeInMemory().db),
      accountOf: key => key,
      hasher,
      verifier,
      clock: { nowMs: () => now },
      random: { bytes: length => new Uint8Array(length).fill(++count) },
    })
  })

  const statement = (author: TestAuthor, party: string, over: { agreement?: string; type?: string } = {}) =>
    signed(author, {
      type: over.type ?? 'access/sign-off',
      community: desk.publicKey,
      seq: now,
      at: now,
      body: { agreement: fromString(over.agreement ?? HASH, 'hex'), party },
    })
  const sign = (author: TestAuthor, code: string, envelope = statement(author, 'ben')) =>
    calls.sign(HASH, { party: 'ben', code, envelope })

  it('pays the one who holds the link at the key that signed, and says so again when asked again', async () => {
    const { code } = calls.link(HASH, 'ben')
    await sign(ben, code)
    await sign(ben, code)
    expect(agreements.settled).toEqual([['ben', hex(ben.publicKey)]])
  })

  it('takes nobody without the link, and nobody after the first', async () => {
    const { code } = calls.link(HASH, 'ben')
    await expect(sign(thief, '00'.repeat(16))).rejects.toMatchObject({ code: 'not-for-you' })
    await sign(ben, code)
    await expect(sign(thief, code)).rejects.toMatchObject({ code: 'conflict' })
    expect(agreements.settled).toHaveLength(1)
  })

  it('a newer link makes the one before useless, and every link ends', async () => {
    const old = calls.link(HASH, 'ben')
    const { code } = calls.link(HASH, 'ben')
    await expect(sign(ben, old.code)).rejects.toMatchObject({ code: 'not-for-you' })
    now += 31 * DAY_MS
    await expect(sign(ben, code)).rejects.toMatchObject({ code: 'not-for-you' })
    expect(agreements.settled).toEqual([])
  })

  it('wants a fresh signature over this very share', async () => {
    const { code } = calls.link(HASH, 'ben')
    const wrong = [
      statement(ben, 'ana'),
      statement(ben, 'ben', { agreement: 'cd'.repeat(32) }),
      statement(ben, 'ben', { type: 'access/originals' }),
    ]
    for (const envelope of wrong)
      await expect(sign(ben, code, envelope)).rejects.toMatchObject({ code: 'bad-envelope' })
    const forged = statement(ben, 'ben')
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    await expect(sign(ben, code, forged)).rejects.toMatchObject({ code: 'bad-signature' })
    const early = statement(ben, 'ben')
    now += 60 * 60 * 1000
    await expect(sign(ben, code, early)).rejects.toMatchObject({ code: 'clock-off' })
    expect(agreements.settled).toEqual([])
  })

  it('there is no link for who has an account, for strangers, and for agreements of others', () => {
    expect(() => calls.link(HASH, 'ana')).toThrow('need no link')
    expect(() => calls.link(HASH, 'dora')).toThrow('no such party')
    agreements = agreementOf(thief)
    const elsewhere = createSignOffs({
      own: desk.publicKey,
      agreements,
      signOffs: createSignOffStore(storeInMemory().db),
      accountOf: key => key,
      hasher,
      verifier,
      clock: { nowMs: () => now },
      random: { bytes: length => new Uint8Array(length) },
    })
    expect(() => elsewhere.link(HASH, 'ben')).toThrow('another community')
  })
})
