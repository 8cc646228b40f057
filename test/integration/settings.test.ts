import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReceiptInfo, StorageInfo, Wallet } from '#protocols/api/v1/schemas.ts'
import type { StageSettings } from '#protocols/api/v1/settings.ts'
import { testAuthor } from '#test/support/author.ts'
import { StageHere } from '#test/support/stage-here.ts'

const fan = testAuthor(5)
const FAN = Buffer.from(fan.publicKey).toString('hex')

describe('what is decided on the page', () => {
  let stage: StageHere
  beforeAll(async () => {
    stage = await StageHere.start('park', { name: 'Park' })
  })
  afterAll(() => stage.remove())
  const settings = (): Promise<StageSettings> => stage.client.get('/settings')
  const set = (change: object): Promise<StageSettings> => stage.client.request('PUT', '/settings', change)
  const restart = async (): Promise<void> => {
    await stage.stop()
    await stage.start()
  }

  it('names the currency at once, for the log too, and for good after the first entry', async () => {
    await set({ currency: { code: 'JPY', scale: 0 } })
    expect((await stage.client.stage()).asset).toMatchObject({ code: 'JPY', scale: 0 })
    const credit = { account: FAN, amount: '250', evidence: 'cash at the door' }
    const receipt = await stage.client.request<ReceiptInfo>('POST', '/desk/credits', credit)
    expect(receipt).toMatchObject({ amount: '250', asset: { code: 'JPY', scale: 0 } })
    await expect(set({ currency: { code: 'EUR', scale: 2 } })).rejects.toMatchObject({ code: 'conflict' })
    await restart()
    expect(await stage.client.get<Wallet>(`/wallets/${FAN}`)).toMatchObject({
      balance: '250',
      asset: { code: 'JPY', scale: 0 },
    })
    expect((await settings()).currency.fixed).not.toBeNull()
  })

  it('is the cap of the disk, now and after a restart, unless one is given at the start', async () => {
    const cap = async () => (await stage.client.get<StorageInfo>('/storage')).cacheCapBytes
    await set({ cacheCapBytes: 3e9 })
    expect(await cap()).toBe(3e9)
    await restart()
    expect(await cap()).toBe(3e9)
  })

  it('says who may speak, at the real door', async () => {
    const { community } = await stage.client.stage()
    await set({ joining: 'invited' })
    await expect(stage.client.chat(fan, community, 'hello')).rejects.toMatchObject({ code: 'invite-needed' })
    await restart()
    await expect(stage.client.chat(fan, community, 'hello')).rejects.toMatchObject({ code: 'invite-needed' })
    await stage.client.request('POST', '/members', { key: FAN })
    expect(await stage.client.chat(fan, community, 'hello')).toMatchObject({ status: 'accepted' })
  })
})
