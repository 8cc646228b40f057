import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { adoptEverywhere, foundFederation } from '#test/support/charter.ts'
import { eventually, type StageClient } from '#test/support/stage-client.ts'
import { StageHere } from '#test/support/stage-here.ts'
import { checkReceipt } from '#web/verify/check.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena/lena.ogg')
const NAMES = ['quay', 'mill', 'yard', 'arch', 'park']
const fan = testAuthor(71)
const account = asText(fan.publicKey, 'hex')

const logOf = (client: StageClient, community: string): Promise<api.LogInfo> =>
  client.get(`/log?community=${community}`)
const balanceOf = async (client: StageClient): Promise<string> =>
  (await client.get<api.Wallet>(`/wallets/${account}`)).balance

describe('a federation of five communities', () => {
  const stages: StageHere[] = []
  let home: StageHere
  let community: string
  let release: string

  const finalOn = (client: StageClient, index: number) =>
    eventually(async () => (await logOf(client, community)).finalSize > index, 'the entry is final')

  beforeAll(async () => {
    stages.push(...(await Promise.all(NAMES.map(name => StageHere.start(name)))))
    home = stages[0] as StageHere
    community = (await home.client.stage()).community
    for (const stage of stages.slice(1)) await stage.client.request('POST', '/follows', { address: home.address })
    const upload = await home.client.upload('lena.ogg', await readFile(LENA))
    const splits = [
      { party: 'Ana', shares: 7_000 },
      { party: 'Ben', shares: 3_000 },
    ]
    const job = await home.client.publish({
      tracks: [{ upload, title: 'Lena' }],
      title: 'First',
      artist: 'Sample',
      splits,
    })
    release = job.release ?? ''
  })
  afterAll(async () => {
    await Promise.all(stages.map(stage => stage.remove()))
  })

  it('certifies itself, and says so, while it stands alone', async () => {
    const { index } = await home.client.request<api.ReceiptInfo>('POST', '/desk/credits', {
      account,
      amount: '10000',
      evidence: 'cash at the door',
    })
    await finalOn(home.client, index)
    const { committee } = await logOf(home.client, community)
    expect(committee).toMatchObject({ epoch: 0, total: 1 })
  })

  it('is audited by the other four once all have signed a charter', async () => {
    const charter = await foundFederation(stages)
    await adoptEverywhere(stages, charter)
    const { receipt } = await home.client.tip(fan, community, release, 1_001n)
    await finalOn(home.client, receipt as number)
    const { committee } = await eventually(async () => {
      const log = await logOf(home.client, community)
      return log.committee.epoch === 1 && log.committee.signed >= 3 && log
    }, 'three of four seats certified it')
    expect(committee).toMatchObject({ total: 4, quorum: 3 })
    const { audits } = await (stages[1] as StageHere).client.get<api.FederationInfo>('/federation')
    expect(audits).toHaveLength(4)
  })

  it('shows a follower a receipt as final, with a proof that names enough auditors', async () => {
    const { client } = stages[2] as StageHere
    const { receipt } = await home.client.tip(fan, community, release, 77n)
    await finalOn(client, receipt as number)
    const proof = await client.get<api.ReceiptProof>(`/receipts/${community}/${receipt}`)
    expect(proof.finality).toBe('final')
    const steps = checkReceipt(proof)
    expect(steps.filter(step => !step.good)).toEqual([])
    expect(steps.at(-1)?.said).toMatch(/^Certified by [34] of 4 auditor seats; 3 are needed$/)
    const steered = { ...proof, committee: { ...proof.committee, quorum: 5 } }
    expect(checkReceipt(steered).at(-1)?.good).toBe(false)
  })

  it('goes on while one stage lies low, and not with two away, until one is back', async () => {
    const [, first, second] = stages as [StageHere, StageHere, StageHere]
    await first.stop()
    const one = await home.client.tip(fan, community, release, 10n)
    await finalOn(home.client, one.receipt as number)
    await second.stop()
    const two = await home.client.tip(fan, community, release, 10n)
    await eventually(
      async () => (await logOf(home.client, community)).signedSize > (two.receipt as number),
      'the entry is signed',
    )
    expect((await logOf(home.client, community)).finalSize).toBeLessThanOrEqual(two.receipt as number)
    await second.start()
    await finalOn(home.client, two.receipt as number)
    await first.start()
    await finalOn(first.client, two.receipt as number)
  })

  it('keeps balances, agreements and certificates over a restart', async () => {
    const before = await logOf(home.client, community)
    const balance = await balanceOf(home.client)
    await home.stop()
    await home.start()
    const after = await logOf(home.client, community)
    expect(after.finalSize).toBe(before.finalSize)
    expect(await balanceOf(home.client)).toBe(balance)
    const [agreement] = await home.client.get<api.AgreementInfo[]>(`/agreements?release=${release}`)
    expect(agreement?.parties.map(({ name, standing }) => [name, standing])).toEqual([
      ['Ana', 'unsigned'],
      ['Ben', 'unsigned'],
    ])
  })

  it('pays a party what waited for it, once its account is known', async () => {
    const ben = testAuthor(72)
    const key = asText(ben.publicKey, 'hex')
    const [agreement] = await home.client.get<api.AgreementInfo[]>(`/agreements?release=${release}`)
    const party = agreement?.parties.find(({ name }) => name === 'Ben')
    await home.client.request('POST', `/agreements/${agreement?.hash}/settle`, { party: party?.party, account: key })
    const wallet = await home.client.get<api.Wallet>(`/wallets/${key}`)
    expect(wallet.fine).toBe(party?.waiting)
    expect(BigInt(wallet.fine)).toBe(((1_001n + 77n + 10n + 10n) * 10n ** 7n * 3n) / 10n)
  })

  it('asks a party with an account to sign, pays what waited when it does, and everything at once from then on', async () => {
    const cy = testAuthor(73)
    const key = asText(cy.publicKey, 'hex')
    const upload = await home.client.upload('again.ogg', await readFile(LENA))
    const job = await home.client.publish({
      tracks: [{ upload, title: 'Again' }],
      title: 'Second',
      artist: 'Sample',
      splits: [
        { party: 'Cy', shares: 4_000, account: key },
        { party: 'Dee', shares: 6_000 },
      ],
    })
    const agreements = () =>
      eventually(async () => {
        const named = await home.client.get<api.AgreementInfo[]>(`/agreements?account=${key}`)
        return named.length === 1 && named
      }, 'the agreement names them')
    const [before] = await agreements()
    const { receipt } = await home.client.tip(fan, community, job.release ?? '', 10n)
    expect(receipt).not.toBeNull()
    const agreement = fromString(before?.hash ?? '', 'hex')
    await home.client.order(cy, community, 'agreement/sign', { agreement })
    const fine = async () => (await home.client.get<api.Wallet>(`/wallets/${key}`)).fine
    expect(await fine()).toBe('40000000')
    await home.client.tip(fan, community, job.release ?? '', 10n)
    expect(await fine()).toBe('80000000')
    const [after] = await agreements()
    expect(after?.parties.map(({ name, standing }) => [name, standing])).toEqual([
      ['Cy', 'active'],
      ['Dee', 'unsigned'],
    ])
    const stranger = testAuthor(74)
    await expect(home.client.order(stranger, community, 'agreement/sign', { agreement })).rejects.toMatchObject({
      status: 403,
    })
  })

  it('stands still after an old backup was put back, says why, and goes on in a successor with all balances', async () => {
    const backup = `${home.data}-backup`
    await home.stop()
    await cp(home.data, backup, { recursive: true })
    await home.start()
    const { receipt } = await home.client.tip(fan, community, release, 100n)
    await finalOn(home.client, receipt as number)
    const balance = await balanceOf(home.client)
    await home.stop()
    await rm(home.data, { recursive: true })
    await cp(backup, home.data, { recursive: true })
    await rm(backup, { recursive: true })
    await home.start()
    const halted = await eventually(async () => {
      const log = await logOf(home.client, community)
      return log.state === 'halted' && log
    }, 'the log stands still')
    expect(halted.reason).toMatch(/older copy.*bandstand log succeed/)
    await expect(home.client.tip(fan, community, release, 1n)).rejects.toMatchObject({ code: 'log-halted' })

    const opened = await home.client.request<api.LogInfo>('POST', '/log/succeed')
    expect(opened.origin).toMatch(/\/log\.2$/)
    expect(await balanceOf(home.client)).toBe(balance)
    const next = await home.client.tip(fan, community, release, 1n)
    await finalOn(home.client, next.receipt as number)
    await finalOn((stages[3] as StageHere).client, next.receipt as number)
  })
})
