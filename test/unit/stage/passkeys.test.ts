import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifier } from '#node/identity/crypto-ports.ts'
import { passkeyChecker } from '#node/identity/passkey-checker.ts'
import { CHALLENGE_MS, createChallenges } from '#node/stage/challenges.ts'
import { createPasskeys } from '#node/stage/passkeys.ts'
import { createPasskeyStore } from '#node/store/passkeys.ts'
import { WRAPPED_BYTES } from '#protocols/identity/v1/passkey.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'
import { softAuthenticator } from '#test/support/soft-authenticator.ts'
import { storeInMemory } from '#test/support/world.ts'

const [desk, ana, ben] = [0, 1, 2].map(testAuthor) as [TestAuthor, TestAuthor, TestAuthor]
const site = { origin: 'https://park.example', rp: 'park.example' }
const wrapped = new Uint8Array(WRAPPED_BYTES).fill(7)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** A real store, the real library, and time in the test's hand. */
function world() {
  const time = { nowMs: 1_700_000_000_000 }
  const clock = { nowMs: () => time.nowMs }
  const random = { bytes: (length: number) => Uint8Array.from(randomBytes(length)) }
  const store = createPasskeyStore(storeInMemory().db)
  const init = { own: desk.publicKey, verifier, clock, random, store, checker: passkeyChecker, name: () => 'Park' }
  const passkeys = createPasskeys(init)
  const proof = (by: TestAuthor, type: string, body: unknown, community = desk.publicKey) =>
    signed(by, { type, community, seq: 1, at: time.nowMs, body })
  const challengeOf = (by: TestAuthor) => passkeys.registration(site, { key: hex(by.publicKey), name: 'Ana' }).challenge
  const added = (by: TestAuthor, device: ReturnType<typeof softAuthenticator>, challenge = challengeOf(by)) =>
    proof(by, 'passkey/add', {
      challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
      credential: device.credential,
      wrapped,
      label: 'phone',
    })
  const add = async (by: TestAuthor, device: ReturnType<typeof softAuthenticator>, place = site) => {
    const challenge = challengeOf(by)
    return passkeys.add(site, device.register({ ...place, challenge }), added(by, device, challenge))
  }
  const open = (device: ReturnType<typeof softAuthenticator>, change = {}, where = site) =>
    passkeys.open(where, device.assert({ ...site, challenge: passkeys.assertion(where).challenge, ...change }))
  const list = (by: TestAuthor) => passkeys.list(proof(by, 'passkey/list', {}))
  return { time, store, passkeys, proof, challengeOf, added, add, open, list }
}

describe('passkeys at a stage', () => {
  it('hand the closed seed to whoever holds the credential, and to nobody else', async () => {
    const { add, open, list } = world()
    const device = softAuthenticator()
    expect(await add(ana, device)).toMatchObject({ label: 'phone', rp: 'park.example', usedAt: null })
    expect(await open(device)).toEqual({ key: hex(ana.publicKey), wrapped: Buffer.from(wrapped).toString('base64') })
    expect(list(ana)).toMatchObject([{ label: 'phone', usedAt: 1_700_000_000_000 }])
    expect(list(ben)).toEqual([])
    const thief = softAuthenticator()
    await expect(open(thief)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are refused for another site, another challenge, or a person who was not checked', async () => {
    const { add, open } = world()
    const device = softAuthenticator()
    const evil = { origin: 'https://evil.example', rp: 'evil.example' }
    await expect(add(ana, device, evil)).rejects.toMatchObject({ code: 'bad-signature' })
    await add(ana, device)
    for (const change of [evil, { origin: evil.origin }, { rp: evil.rp }, { verified: false }])
      await expect(open(device, change)).rejects.toMatchObject({ code: 'bad-signature' })
    await expect(open(device, { challenge: Buffer.alloc(32).toString('base64url') })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(open(device, {}, evil)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('answer once, and in time', async () => {
    const { add, passkeys, time } = world()
    const device = softAuthenticator()
    await add(ana, device)
    const answer = device.assert({ ...site, challenge: passkeys.assertion(site).challenge })
    await passkeys.open(site, answer)
    await expect(passkeys.open(site, answer)).rejects.toMatchObject({ code: 'conflict' })
    const late = device.assert({ ...site, challenge: passkeys.assertion(site).challenge })
    time.nowMs += CHALLENGE_MS + 1
    await expect(passkeys.open(site, late)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('that count backwards were copied, and open nothing', async () => {
    const { add, open } = world()
    const device = softAuthenticator()
    await add(ana, device)
    await open(device)
    await open(device)
    device.setCounter(0)
    await expect(open(device)).rejects.toMatchObject({ code: 'bad-signature' })
  })

  it('are registered only with the signature of the key itself, for this stage, now', async () => {
    const { passkeys, challengeOf, added, proof, time, store } = world()
    const device = softAuthenticator()
    const attempt = (make: (challenge: string) => Uint8Array) => {
      const challenge = challengeOf(ana)
      return passkeys.add(site, device.register({ ...site, challenge }), make(challenge))
    }
    const body = (challenge: string) => ({
      challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
      credential: device.credential,
      wrapped,
      label: '',
    })
    const forged = (challenge: string) => {
      const bytes = added(ana, device, challenge)
      bytes[bytes.length - 1]! ^= 1
      return bytes
    }
    await expect(attempt(forged)).rejects.toMatchObject({ code: 'bad-signature' })
    await expect(attempt(c => proof(ana, 'passkey/add', body(c), ben.publicKey))).rejects.toMatchObject({
      code: 'bad-envelope',
    })
    await expect(attempt(c => proof(ana, 'passkey/remove', body(c)))).rejects.toMatchObject({ code: 'bad-envelope' })
    await expect(attempt(() => added(ana, device))).rejects.toMatchObject({ code: 'bad-signature' })
    const old = added(ana, device)
    time.nowMs += 6 * 60_000
    await expect(attempt(() => old)).rejects.toMatchObject({ code: 'clock-off' })
    expect(store.count()).toBe(0)
  })

  it('belong to one key: nobody else adds theirs over it or removes it', async () => {
    const { add, open, list, passkeys, proof } = world()
    const device = softAuthenticator()
    await add(ana, device)
    await expect(add(ben, device)).rejects.toMatchObject({ code: 'conflict' })
    passkeys.remove(proof(ben, 'passkey/remove', { credential: device.credential }))
    expect(await open(device)).toMatchObject({ key: hex(ana.publicKey) })
    passkeys.remove(proof(ana, 'passkey/remove', { credential: device.credential }))
    passkeys.remove(proof(ana, 'passkey/remove', { credential: device.credential }))
    expect(list(ana)).toEqual([])
    await expect(open(device)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('need a name, which an address of numbers is not', () => {
    const { passkeys } = world()
    for (const rp of ['127.0.0.1', '[::1]', '192.0.2.7'])
      expect(() => passkeys.assertion({ origin: `http://${rp}`, rp })).toThrow(/needs a host name/)
  })

  it('whose answer is garbage get a sentence, not a fault', async () => {
    const { passkeys } = world()
    const device = softAuthenticator()
    const answer = device.assert({ ...site, challenge: passkeys.assertion(site).challenge })
    for (const clientDataJSON of ['AA', 'bnVsbA', 'e30', Buffer.from('{"challenge":7}').toString('base64url')])
      await expect(
        passkeys.open(site, { ...answer, response: { ...answer.response, clientDataJSON } }),
      ).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('challenges', () => {
  it('are bounded: the oldest is forgotten first', () => {
    const challenges = createChallenges(
      { bytes: length => Uint8Array.from(randomBytes(length)) },
      { nowMs: () => 1_000 },
    )
    const first = challenges.make()
    const others = Array.from({ length: 2_000 }, () => challenges.make())
    expect(challenges.take(first)).toBe(false)
    expect(challenges.take(others[0]!)).toBe(true)
    expect(challenges.take(others[0]!)).toBe(false)
  })
})
