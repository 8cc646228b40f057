import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'
import { inject } from 'vitest'
import type { EvmRailSettings } from '#node/config/rails.ts'
import { clock, hasher } from '#node/identity/crypto-ports.ts'
import type { Rail, RailRequest } from '#node/ports/rails.ts'
import { openEvmRail } from '#node/rails/evm/open-evm-rail.ts'
import { type Chain, connect, deploy, type Handle } from './chain.ts'

export const CONFIRMATIONS = 3

export interface EvmWorld {
  readonly chain: Chain
  readonly till: Handle
  readonly token: Handle
  readonly payer: Address
  readonly payee: Rail
  readonly dataDir: string
  /** The payer's rail, opened again as a restarted stage would, over these nodes. */
  open(over?: Partial<EvmRailSettings>): Promise<Rail>
  request(over?: Partial<RailRequest>): RailRequest
  /** As many blocks as make a payment final. */
  bury(): Promise<void>
  inside(account: string): Promise<bigint>
  close(): Promise<void>
}

/** A till, a token of six decimals, and two communities, one of which has 100 units (EUR, scale 2). */
export async function openEvmWorld(): Promise<EvmWorld> {
  const chain = connect()
  const [rich] = (await chain.getAddresses()).slice(30, 31) as [Address]
  const till = await deploy(chain, rich, 'Till')
  const token = await deploy(chain, rich, 'PlainToken', 6)
  const folders = await Promise.all(['payer', 'payee'].map(name => mkdtemp(join(tmpdir(), `bandstand-evm-${name}-`))))
  const [dataDir, other] = folders as [string, string]
  const key = `0x${randomBytes(32).toString('hex')}` as const
  const payer = privateKeyToAccount(key).address
  await writeFile(join(dataDir, 'key'), key, { mode: 0o600 })
  await chain.sendTransaction({ account: rich, to: payer, value: parseEther('1') })
  await token.send(rich, 'mint', payer, 100_000_000n)
  const settings: EvmRailSettings = {
    chainId: hardhat.id,
    rpc: [inject('rpc')],
    till: till.address,
    token: token.address,
    code: 'EUR',
    scale: 2,
    decimals: 6,
    keyFile: 'key',
    paidTo: null,
    confirmations: CONFIRMATIONS,
    timeoutMs: 10_000,
    feeMaxGwei: 200,
  }
  const payee = await openEvmRail(settings, { dataDir: other, hasher, clock })
  return {
    chain,
    till,
    token,
    payer,
    payee,
    dataDir,
    open: over => openEvmRail({ ...settings, ...over }, { dataDir, hasher, clock }),
    request: over => ({
      key: new Uint8Array(randomBytes(32)),
      to: payee.address,
      amount: 500n,
      code: 'EUR',
      scale: 2,
      memo: new Uint8Array(32).fill(8),
      ...over,
    }),
    bury: () => chain.mine({ blocks: CONFIRMATIONS }),
    inside: account => till.read('balanceOf', token.address, account),
    async close() {
      await Promise.all(folders.map(folder => rm(folder, { recursive: true })))
    },
  }
}
