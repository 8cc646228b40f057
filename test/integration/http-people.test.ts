import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'
import { OWN, PERSON } from '#test/support/memory-stage.ts'

describe('passkeys and handles over HTTP', () => {
  let stage: HttpStage
  beforeAll(async () => {
    stage = await openHttpStage()
  })
  afterAll(() => stage.close())

  const ask = (path: string, headers: Record<string, string>, json: unknown = {}) =>
    stage.ask('POST', `/api/v1/passkeys/${path}`, { headers, json })
  const local = () => {
    const host = `localhost:${new URL(stage.url).port}`
    return { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
  }

  it('bind a passkey to the name under which the page was opened', async () => {
    const answer = await ask('options', local(), { key: PERSON, name: 'Ana' })
    expect(answer.json()).toMatchObject({ rp: { id: 'localhost' }, attestation: 'none' })
    expect((await ask('sign-in/options', local())).json()).toMatchObject({ rpId: 'localhost' })
  })

  it('are for pages of this stage alone', async () => {
    const cross = { ...local(), origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect(await ask('sign-in/options', cross)).toMatchObject({ status: 403 })
    const { host } = local()
    expect(await ask('sign-in/options', { host })).toMatchObject({ status: 400 })
  })

  it('refuse what is too long or no base64url before anything looks into it', async () => {
    const id = 'A'.repeat(1_365)
    const response = { id, rawId: id, type: 'public-key', response: { clientDataJSON: 'AA', attestationObject: '*' } }
    const answer = await ask('', local(), { response, proof: 'AA' })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })

  it('are asked for a few times a minute by strangers, not more', async () => {
    const open = await openHttpStage({ public: true, limits: { passkeysPerMinute: 3 } })
    const host = 'park.example'
    const headers = { host, origin: `https://${host}`, 'sec-fetch-site': 'same-origin' }
    const statuses: number[] = []
    for (let n = 0; n < 4; n++)
      statuses.push((await open.ask('POST', '/api/v1/passkeys/sign-in/options', { headers, json: {} })).status)
    await open.close()
    expect(statuses).toEqual([200, 200, 200, 429])
  })

  it('tell who bears a handle, or that nobody does', async () => {
    const person = await stage.ask('GET', `/api/v1/people/${OWN}/${PERSON}`)
    expect(person.json()).toEqual({ key: PERSON, handle: null, asked: null })
    expect((await stage.ask('GET', `/api/v1/handles/${OWN}/lena`)).json()).toMatchObject({ code: 'not-found' })
    expect((await stage.ask('GET', `/api/v1/handles/${OWN}/Lena`)).status).toBe(400)
  })
})
