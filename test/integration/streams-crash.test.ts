import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { encodeSignedVoucher, voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import { testAuthor } from '#test/support/author.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena/lena.ogg')
const DEPOSIT = 500n
const fan = testAuthor(41)
const channel = testAuthor(42)
const me = asText(fan.publicKey, 'hex')

describe('a stage that dies while somebody listens', () => {
  let folder: string
  let stage: StageProcess
  let release: string

  const start = () => StageProcess.start(folder, ['--name', 'Park', '--stream-interval', '1'])
  const balance = async () => BigInt((await stage.client.get<api.Wallet>(`/wallets/${me}`)).balance)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-streams-'))
    stage = await start()
    const upload = await stage.client.upload('lena.ogg', await readFile(LENA))
    const price = { stream: '100', download: null }
    release = (await stage.client.publish({ tracks: [{ upload }], title: 'Song', price })).release ?? ''
    await stage.client.request('POST', '/desk/credits', { account: me, amount: '1000', evidence: 'at the door' })
  })
  afterAll(async () => {
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('turns what it acknowledged into an entry once it is back, and gives the rest of the deposit back', async () => {
    const { client } = stage
    const { community, asset } = await client.stage()
    const own = fromString(community, 'hex')
    await client.order(fan, community, 'value/channel-open', {
      channel: channel.publicKey,
      asset: { ...asset, issuer: own },
      deposit: DEPOSIT,
      expiry: Date.now() + 3_600_000,
      pool: 'direct',
    })
    const [agreement] = await client.get<api.AgreementInfo[]>(`/agreements?release=${release}`)
    const fields = {
      channel: channel.publicKey,
      cumulative: 123n,
      use: 'stream' as const,
      recording: `${release}/1`,
      agreement: fromString(agreement?.hash ?? '', 'hex'),
      reference: null,
    }
    const signature = channel.sign(voucherBytes(own, fields))
    const voucher = asText(encodeSignedVoucher({ ...fields, signature }), 'base64pad')
    expect(await client.request('POST', '/streams', { voucher })).toEqual({ amount: '123', receipt: null })
    await stage.kill()
    expect(await client.get('/stage').catch(() => 'gone')).toBe('gone')

    stage = await start()
    await eventually(async () => (await balance()) === 1000n - 123n, 'the session is settled')
    const receipts = await stage.client.get<api.ReceiptInfo[]>('/receipts')
    expect(receipts.filter(one => one.kind === 'stream').map(one => one.amount)).toEqual(['123'])
    const again = await stage.client.request('POST', '/streams', { voucher }).catch(cause => cause.code)
    expect(again).toBe('conflict')
  })
})
