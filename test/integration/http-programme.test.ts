import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const cidOf = async (text: string) => CID.createV1(raw.code, await sha256.digest(bytes(text)))

describe('a stage that fetches for strangers only what is on its programme', () => {
  let stage: HttpStage
  let listed: CID
  beforeAll(async () => {
    listed = await cidOf('listed')
    stage = await openHttpStage({ fetches: root => root.equals(listed) })
    for (const text of ['listed', 'anything']) {
      stage.blocks.elsewhere.set(Buffer.from((await cidOf(text)).multihash.bytes).toString('hex'), bytes(text))
    }
    await stage.blocks.put(await cidOf('here'), bytes('here'))
  })
  afterAll(() => stage.close())

  it('fetches what a release names, from whoever holds it', async () => {
    const answer = await stage.ask('GET', `/ipfs/${listed}`)
    expect([answer.status, answer.body.toString()]).toEqual([200, 'listed'])
  })

  it('serves what it holds, listed or not', async () => {
    expect((await stage.ask('GET', `/ipfs/${await cidOf('here')}`)).status).toBe(200)
  })

  it('is no way for anybody to fill its cache with what they like', async () => {
    const answer = await stage.ask('GET', `/ipfs/${await cidOf('anything')}`)
    expect([answer.status, answer.json().code]).toEqual([404, 'not-found'])
  })
})
