import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, hexToBytes } from 'viem'
import { hardhat } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { signStakeProfile } from '#node/compose/sign-stake-profile.ts'
import { createStage } from '#node/compose.ts'
import { parseSettings } from '#node/config/parse.ts'
import { createLogger } from '#node/telemetry/logger.ts'
import { encodeStakeProfile } from '#protocols/ledger/v1/stake-profile.ts'
import { deploy } from '#test/support/chain.ts'
import { StageClient } from '#test/support/stage-client.ts'
import { MINIMUM, openStakeWorld, type StakeWorld } from '#test/support/stake-world.ts'

describe('a stage with a chain in its bandstand.toml', () => {
  let world: StakeWorld
  let data: string
  beforeEach(async () => {
    world = await openStakeWorld()
    data = await mkdtemp(join(tmpdir(), 'bandstand-chain-stage-'))
  })
  afterEach(async () => {
    await rm(data, { recursive: true, force: true })
    await world.close()
  })

  const start = async (rpc: string) => {
    const till = await deploy(world.chain, world.account(0), 'Till')
    const chain = { chain: hardhat.id, rpc: [rpc], confirmations: 0 }
    const evm = { ...chain, till: till.address, token: world.token.address, code: 'EUR', scale: 2, decimals: 18 }
    const file = { rails: { evm }, registry: { evm: { ...chain, contract: world.registry.address } } }
    const flags = { data, port: '0', name: 'Chained', logLevel: 'silent' }
    const settings = parseSettings({ flags, env: {}, cwd: data, file })
    const stage = await createStage(settings, createLogger(settings.logLevel))
    const token = (await readFile(join(data, 'operator-token'), 'utf8')).trim()
    return { stage, client: new StageClient(stage.url, token) }
  }

  it('has its rail beside the desk, keeps its key for itself, and finds its own stake on the chain', async () => {
    const first = await start(inject('rpc'))
    await first.stage.stop()
    const where = {
      chainId: hardhat.id,
      contract: hexToBytes(world.registry.address),
      account: hexToBytes(world.account(1)),
      attester: hexToBytes(world.attester(1).address),
    }
    const signed = await signStakeProfile(data, where, { name: 'Chained', operator: 'Ana', address: null })
    await world.registerProfile(1, bytesToHex(signed.community), bytesToHex(encodeStakeProfile(signed.profile)))
    await world.bond(1, MINIMUM * 2n)
    await world.openEpoch()

    const { stage, client } = await start(inject('rpc'))
    const rails = await client.get<{ id: string; address: string }[]>('/rails')
    expect(rails.map(({ id }) => id)).toContain(`evm:${hardhat.id}`)
    expect((await stat(join(data, 'identity/evm-key'))).mode & 0o777).toBe(0o600)
    await vi.waitFor(async () => expect(JSON.stringify(await client.get('/federation'))).toContain('Chained'), {
      timeout: 20_000,
    })
    await stage.stop()
  })

  it('starts, and serves, while the chain is away', async () => {
    const { stage, client } = await start('http://127.0.0.1:9')
    expect(await client.get<unknown[]>('/rails')).not.toHaveLength(0)
    await stage.stop()
  })
})
