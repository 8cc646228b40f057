import { createECDH, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encryptPush, freshOnce, PADDED_BYTES } from '#node/push/encrypt.ts'
import { isPublic, resolvePublic } from '#node/push/reach.ts'
import { outcomeOf } from '#node/push/send.ts'
import { createVapid, loadOrCreateVapid, PUSH_KEY_FILE } from '#node/push/vapid.ts'
import { openPush } from '#test/support/push-receiver.ts'

const from = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'base64url')

describe('a push message', () => {
  it('is the example of RFC 8291, section 5 and appendix A, byte by byte', () => {
    const sender = createECDH('prime256v1')
    sender.setPrivateKey(from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'))
    const keys = {
      p256dh: from('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
      auth: from('BTBZMqHH6r4Tts7J_aSIgg'),
    }
    const salt = from('DGv6ra1nlYgDCS1FRnbzlw')
    const text = Buffer.from('When I grow up, I want to be a watermelon')
    expect(encryptPush(keys, text, { salt, sender }, 0).toString('base64url')).toBe(
      from(`DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml
        mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT
        pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN`).toString('base64url'),
    )
  })

  it('is read by its browser alone, and is as long whatever it says', () => {
    const browser = createECDH('prime256v1')
    const p256dh = browser.generateKeys()
    const auth = Buffer.alloc(16, 7)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: PADDED_BYTES - 1 }), text => {
        const body = encryptPush({ p256dh, auth }, text)
        expect(body.length).toBe(16 + 5 + 65 + PADDED_BYTES + 16)
        expect(Uint8Array.from(openPush(browser, auth, body))).toEqual(text)
      }),
      { numRuns: 50 },
    )
    const body = encryptPush({ p256dh, auth }, Buffer.from('secret'))
    expect(() => openPush(browser, Buffer.alloc(16, 8), body)).toThrow()
    expect(() => encryptPush({ p256dh, auth }, Buffer.alloc(4_050))).toThrow('too long')
    expect(() => encryptPush({ p256dh: Buffer.alloc(65, 4), auth }, Buffer.of(1), freshOnce())).toThrow()
  })
})

describe('who pushes', () => {
  it('signs as RFC 8292 says, for one service and for half a day', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const vapid = createVapid(privateKey)
    const header = vapid.authorization('https://push.example/x/y', 'https://stage.example', 1_700_000_000_500)
    const [, head = '', claims = '', signature = '', key = ''] =
      /^vapid t=([^.]+)\.([^.]+)\.([^,]+), k=(.+)$/.exec(header) ?? []
    expect(key).toBe(vapid.publicKey)
    expect(from(key)).toHaveLength(65)
    expect(JSON.parse(from(head).toString())).toEqual({ typ: 'JWT', alg: 'ES256' })
    expect(JSON.parse(from(claims).toString())).toEqual({
      aud: 'https://push.example',
      exp: 1_700_000_000 + 12 * 3_600,
      sub: 'https://stage.example',
    })
    const by = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' as const }
    expect(verify('sha256', Buffer.from(`${head}.${claims}`), by, from(signature))).toBe(true)
  })

  it('reads the example of RFC 8292, section 2.4, with the same rules', () => {
    const k = from('BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs')
    const key = createPublicKey({
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: k.subarray(1, 33).toString('base64url'),
        y: k.subarray(33).toString('base64url'),
      },
      format: 'jwk',
    })
    const signed =
      'eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0'
    const signature = from('i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA')
    expect(verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  })

  it('keeps its key to itself, and the same over a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bandstand-push-'))
    try {
      const [one, two] = await Promise.all([loadOrCreateVapid(folder), loadOrCreateVapid(folder)])
      expect(one.publicKey).toBe(two.publicKey)
      expect((await loadOrCreateVapid(folder)).publicKey).toBe(one.publicKey)
      expect((await stat(join(folder, PUSH_KEY_FILE))).mode & 0o777).toBe(0o600)
      await writeFile(join(folder, PUSH_KEY_FILE), 'broken')
      await expect(loadOrCreateVapid(folder)).rejects.toMatchObject({ code: 'data-folder-unusable' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('where a message may go', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    '2001::1',
    'ff02::1',
    'no address',
  ])('not to %s', address => {
    expect(isPublic(address)).toBe(false)
  })

  it.each(['8.8.8.8', '142.250.1.1', '2a00:1450:4001::1', '2606:4700::1111'])('to %s', address => {
    expect(isPublic(address)).toBe(true)
  })

  it('not to a name of this machine, nor to an address in place of a name', async () => {
    expect(await resolvePublic('localhost')).toBeNull()
    expect(await resolvePublic('8.8.8.8')).toBeNull()
  })
})

it('an answer says whether to try again, and when', () => {
  expect(outcomeOf(201, undefined)).toEqual({ kind: 'done' })
  expect(outcomeOf(410, undefined)).toEqual({ kind: 'gone' })
  expect(outcomeOf(404, undefined)).toEqual({ kind: 'gone' })
  expect(outcomeOf(307, undefined)).toEqual({ kind: 'refused' })
  expect(outcomeOf(400, undefined)).toEqual({ kind: 'refused' })
  expect(outcomeOf(429, '120')).toEqual({ kind: 'again', afterMs: 120_000 })
  expect(outcomeOf(429, '999999')).toEqual({ kind: 'again', afterMs: 3_600_000 })
  expect(outcomeOf(503, 'Fri, 31 Dec 1999 23:59:59 GMT')).toEqual({ kind: 'again', afterMs: null })
})
