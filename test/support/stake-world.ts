import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, bytesToHex, type Hex, hexToBytes } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'
import { inject } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createStakeChain } from '#node/rails/evm/stake-chain.ts'
import { type ChainRegistry, createChainRegistry } from '#node/registry/chain-registry.ts'
import { type Charter, encodeSignedCharter, type Member } from '#protocols/ledger/v1/charter.ts'
import { encodeStakeProfile, stakeProfileMessage } from '#protocols/ledger/v1/stake-profile.ts'
import type { Clock, SyncSigner } from '#src/kernel/ports.ts'
import { NETWORK, signers } from '#test/contract/registry.ts'
import { type Chain, chainTime, connect, deploy, type Handle } from './chain.ts'

export const MINIMUM = 1_000n
export const DELAY_S = 7_200
/** First of the accounts that stand for communities. */
const ACCOUNTS_FROM = 40

export interface StakeWorld {
  readonly chain: Chain
  readonly token: Handle
  readonly registry: Handle
  readonly folder: string
  readonly startsAt: number
  account(n: number): Address
  attester(n: number): PrivateKeyAccount
  /** Registers the community's account; `by` signs the profile. */
  register(n: number, over?: { by?: SyncSigner; member?: Partial<Member>; attester?: PrivateKeyAccount }): Promise<Hex>
  /** The same with a profile that was signed elsewhere. */
  registerProfile(n: number, community: Hex, profile: Hex, attester?: PrivateKeyAccount): Promise<Hex>
  bond(n: number, amount?: bigint): Promise<Hex>
  openEpoch(startsAt?: number): Promise<void>
  /** Signatures over a slash, in the order that the contract wants. */
  attest(
    accused: number,
    by: readonly number[],
    over?: { epoch?: bigint; chainId?: number; contract?: Address },
  ): Promise<Hex[]>
  open(clock: Clock): Promise<ChainRegistry>
  prove(charter: Charter): Promise<Uint8Array>
  close(): Promise<void>
}

export const EVIDENCE: Hex = `0x${'ee'.repeat(32)}`

/** A stake registry with a token of its own, and communities as in the suite of registries. */
export async function openStakeWorld(): Promise<StakeWorld> {
  const chain = connect()
  const accounts = (await chain.getAddresses()).slice(ACCOUNTS_FROM) as Address[]
  const account = (n: number): Address => accounts[n] as Address
  const token = await deploy(chain, account(0), 'PlainToken', 18)
  const terms = [token.address, MINIMUM, BigInt(DELAY_S), 1_000n, 3_600_000n, 4]
  const registry = await deploy(chain, account(0), 'StakeRegistry', ...terms)
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-stakes-'))
  const attesters = accounts.map(() => privateKeyToAccount(`0x${randomBytes(32).toString('hex')}`))
  const attester = (n: number): PrivateKeyAccount => attesters[n] as PrivateKeyAccount
  const domainOf = (over: { chainId?: number; contract?: Address } = {}) => ({
    name: 'Bandstand stake registry',
    version: '1',
    chainId: over.chainId ?? hardhat.id,
    verifyingContract: over.contract ?? registry.address,
  })
  // Well ahead of the blocks that a test will make, and within the notice.
  const startsAt = (Number(await chainTime(chain)) + 600) * 1_000
  const bonded = new Map<number, bigint>()
  let opened = 0

  const world: StakeWorld = {
    chain,
    token,
    registry,
    folder,
    startsAt,
    account,
    attester,
    async register(n, { by = signers[n] as SyncSigner, member, attester: other = attester(n) } = {}) {
      const community = bytesToHex((signers[n] as SyncSigner).publicKey)
      const said = { name: `Community ${n}`, operator: `operator ${n}`, address: null, ...member }
      const domain = {
        chainId: hardhat.id,
        contract: hexToBytes(registry.address),
        account: hexToBytes(account(n)),
        attester: hexToBytes(other.address),
      }
      const signature = by.sign(stakeProfileMessage(domain, said))
      return world.registerProfile(n, community, bytesToHex(encodeStakeProfile({ ...said, signature })), other)
    },
    async registerProfile(n, community, profile, other = attester(n)) {
      const consent = await other.signTypedData({
        domain: domainOf(),
        types: {
          Attester: [
            { name: 'account', type: 'address' },
            { name: 'community', type: 'bytes32' },
          ],
        },
        primaryType: 'Attester',
        message: { account: account(n), community },
      })
      await token.send(account(n), 'mint', account(n), MINIMUM * 100n)
      await token.send(account(n), 'approve', registry.address, MINIMUM * 1_000n)
      return registry.send(account(n), 'register', community, other.address, profile, consent)
    },
    bond: (n, amount = MINIMUM) => registry.send(account(n), 'bond', amount),
    async openEpoch(at = startsAt + opened * 1_000) {
      await registry.send(account(0), 'openEpoch', BigInt(at))
      opened++
    },
    async attest(accused, by, over = {}) {
      const message = {
        account: account(accused),
        community: bytesToHex((signers[accused] as SyncSigner).publicKey),
        evidence: EVIDENCE,
        epoch: over.epoch ?? (await registry.read<bigint>('epochs')),
      }
      const types = {
        Slash: [
          { name: 'account', type: 'address' },
          { name: 'community', type: 'bytes32' },
          { name: 'evidence', type: 'bytes32' },
          { name: 'epoch', type: 'uint256' },
        ],
      }
      const ordered = by.map(attester).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
      return Promise.all(
        ordered.map(one => one.signTypedData({ domain: domainOf(over), types, primaryType: 'Slash', message })),
      )
    },
    open: clock =>
      createChainRegistry({
        folder: join(folder, 'federation'),
        network: NETWORK,
        chain: createStakeChain({
          chainId: hardhat.id,
          rpc: [inject('rpc')],
          contract: registry.address,
          confirmations: 0,
          timeoutMs: 10_000,
        }),
        hasher,
        verifier,
        clock,
      }),
    async prove(charter) {
      if (charter.epoch === opened + 1) {
        for (let n = 0; n < 5; n++) {
          const member = charter.members.find(
            one => Buffer.compare(one.community, (signers[n] as SyncSigner).publicKey) === 0,
          )
          const [want, have] = [(BigInt(member?.stake ?? 0) * MINIMUM) / 100n, bonded.get(n)]
          if (want === (have ?? 0n)) continue
          if (have === undefined) await world.register(n)
          if (want > (have ?? 0n)) await world.bond(n, want - (have ?? 0n))
          else await registry.send(account(n), 'unbond', (have ?? 0n) - want)
          bonded.set(n, want)
        }
        await world.openEpoch(charter.startsAt)
      }
      return encodeSignedCharter({ charter, signatures: [] })
    },
    close: () => rm(folder, { recursive: true }),
  }
  return world
}
