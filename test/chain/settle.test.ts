import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Address, parseEther } from 'viem'
import { hardhat } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { SettlementInfo } from '#protocols/api/v1/desk-schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { type Chain, connect as connectChain, deploy, type Handle } from '#test/support/chain.ts'
import { eventually } from '#test/support/stage-client.ts'
import {
  accountOf,
  connect,
  issue,
  openLine,
  pay,
  position,
  reaches,
  startValueStage,
  type ValueStage,
} from '#test/support/value-stages.ts'

const CONFIRMATIONS = 2
const FINE = 10_000_000n

describe('two communities that settle over a chain', () => {
  let chain: Chain
  let till: Handle
  let token: Handle
  let stages: ValueStage[] = []
  beforeEach(async () => {
    chain = connectChain()
    const [rich] = (await chain.getAddresses()).slice(35, 36) as [Address]
    till = await deploy(chain, rich, 'Till')
    token = await deploy(chain, rich, 'PlainToken', 18)
    const toml = `[rails.evm]
chain = ${hardhat.id}
rpc = ["${inject('rpc')}"]
till = "${till.address}"
token = "${token.address}"
code = "TEST"
scale = 2
decimals = 18
confirmations = ${CONFIRMATIONS}
`
    stages = await Promise.all(['anchor', 'buoy'].map(name => startValueStage(name)))
    for (const { here } of stages) {
      await here.stop()
      await writeFile(join(here.data, 'bandstand.toml'), toml)
      await here.start()
      const account = await addressOf(here.client)
      await chain.sendTransaction({ account: rich, to: account, value: parseEther('1') })
      await token.send(rich, 'mint', account, 10n ** 20n)
    }
  })
  afterEach(() => Promise.all(stages.map(({ here }) => here.remove())))

  const addressOf = async (client: ValueStage['here']['client']): Promise<Address> => {
    const rails = await client.get<{ id: string; address: string }[]>('/rails')
    return rails.find(({ id }) => id === `evm:${hardhat.id}`)?.address as Address
  }

  it('pay a debt once, and both logs say so when the payment is final', async () => {
    const [debtor, creditor] = stages as [ValueStage, ValueStage]
    const [fan, artist] = [testAuthor(701), testAuthor(702)]
    await connect(debtor, creditor)
    await openLine(creditor, debtor, 50_000n)
    await issue(debtor, fan, 7_000n)
    await reaches(debtor, await pay(debtor, fan, creditor, `acct/${accountOf(artist)}`, 7_000n), 'delivered')
    await eventually(async () => (await position(debtor, creditor)) === 7_000n * FINE, 'the debt stands')

    const payee = await addressOf(creditor.here.client)
    const proposal = { community: creditor.community, amount: null, rail: `evm:${hardhat.id}`, payee }
    const { id } = await debtor.here.client.request<SettlementInfo>('POST', '/settlements', proposal)
    const state = async (): Promise<string> => {
      const again = debtor.here.client.request<SettlementInfo>('POST', `/settlements/${id}/confirm`, {
        kind: 'cash',
        text: '',
      })
      return (await again).state
    }
    expect(await state()).not.toBe('settled')
    expect(await position(debtor, creditor)).toBe(7_000n * FINE)
    await chain.mine({ blocks: CONFIRMATIONS })
    await eventually(async () => (await state()) === 'settled', 'the settlement is in both logs')
    expect(await position(debtor, creditor)).toBe(0n)
    expect(await till.read('balanceOf', token.address, payee)).toBe(70n * 10n ** 18n)
  })
})
