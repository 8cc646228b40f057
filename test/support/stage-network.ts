import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clock, random, verifier } from '#node/identity/crypto-ports.ts'
import { type Identity, newIdentity } from '#node/identity/identity.ts'
import { type AddressBook, openAddressBook } from '#node/p2p/address-book/address-book.ts'
import { stageCapabilities } from '#node/p2p/hello/capabilities.ts'
import type { Speaker } from '#node/p2p/hello/conversation.ts'
import { createHandshake } from '#node/p2p/hello/handshake.ts'
import { createNetwork, type StageNetwork } from '#node/p2p/hello/network.ts'
import type { HostOptions } from '#node/p2p/host/host.ts'
import { makeHost, type TestHost } from './stage-host.ts'

export interface TestNetwork extends TestHost {
  readonly network: StageNetwork
  readonly book: AddressBook
  /** Stops everything and removes the folder. */
  stop(): Promise<void>
}

export interface TestNetworkOptions {
  readonly identity?: Identity
  readonly name?: string
  readonly capabilities?: Speaker['capabilities']
  readonly speaker?: Partial<Speaker>
  readonly settings?: Partial<HostOptions['settings']>
  readonly timeoutMs?: number
}

export function testSpeaker(identity: Identity, name: string): Speaker {
  return {
    signer: identity.signer,
    verifier,
    clock,
    random,
    capabilities: stageCapabilities('bandstand/test'),
    head: () => ({ name, seq: 0, logSize: 0, logRoot: new Uint8Array(32) }),
  }
}

/** A host with handshake and network port, started, on loopback. */
export async function startNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  const made = await makeHost(options.settings, options.identity ?? newIdentity())
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-network-'))
  const book = await openAddressBook(join(folder, 'address-book.json'))
  const { host, identity } = made
  const speaker: Speaker = { ...testSpeaker(identity, options.name ?? 'Test Stage'), ...options.speaker }
  const capabilities = options.capabilities ?? speaker.capabilities
  const timeout = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }
  const handshake = createHandshake({ host, ...speaker, capabilities, ...timeout })
  const network = createNetwork({ host, handshake, book, clock, random })
  await network.start()
  return {
    ...made,
    network,
    book,
    stop: async () => {
      await network.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
