import type { Address, Hex } from 'viem'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bytes32, type Chain, connect, deploy, type Handle, outcome } from '#test/support/chain.ts'

const ORIGIN = bytes32('origin')
const ROOT = bytes32('root')

describe('anchors', () => {
  let chain: Chain
  let [ana, ben]: [Address, Address] = ['0x', '0x']
  let anchors: Handle
  beforeAll(async () => {
    chain = connect()
    ;[ana, ben] = (await chain.getAddresses()) as [Address, Address]
  })
  beforeEach(async () => {
    anchors = await deploy(chain, ana, 'Anchors')
  })
  const anchor = (size: bigint, root: Hex = ROOT, from = ana): Promise<Hex> =>
    anchors.send(from, 'anchor', ORIGIN, size, root)

  it('keep the newest head of a log, with the time of its block', async () => {
    await anchor(5n)
    await anchor(9n, bytes32('later'))
    const { timestamp } = await chain.getBlock()
    expect(await anchors.read('headOf', ana, ORIGIN)).toEqual([bytes32('later'), 9n, timestamp])
  })

  it('only grow: neither a smaller head nor another one of the same size is taken', async () => {
    await anchor(5n)
    expect(await outcome(anchor(5n, bytes32('other')))).toBe('NotNewer')
    expect(await outcome(anchor(4n))).toBe('NotNewer')
    expect(await outcome(anchor(0n, ROOT, ben))).toBe('NotNewer')
  })

  it('are each account’s own: nobody blocks or writes another’s', async () => {
    await anchor(1_000_000n, bytes32('squatted'), ben)
    await anchor(5n)
    expect((await anchors.read<[Hex, bigint]>('headOf', ana, ORIGIN)).slice(0, 2)).toEqual([ROOT, 5n])
  })
})
