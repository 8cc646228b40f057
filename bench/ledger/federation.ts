import { hasher, signerFromSeed } from '#node/identity/crypto-ports.ts'
import { identityFromSeed } from '#node/identity/identity.ts'
import { createHost, type StageHost } from '#node/p2p/host/host.ts'
import type { Registry } from '#node/ports/ledger.ts'
import { createMemoryRegistry } from '#node/registry/memory-registry.ts'
import { encodeCharter } from '#protocols/ledger/v1/charter.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { community } from './community.ts'

export const clock = { nowMs: () => Date.now() }

const seedOf = (name: string): Uint8Array => hasher.sha256(Buffer.from(name))
export const seatName = (number: number): string => `seat ${number}`
export const seatSigner = (number: number): SyncSigner => signerFromSeed(seedOf(seatName(number)))

/** The community and `count` others that hold a seat each in its log. */
export async function federation(count: number): Promise<Registry> {
  const registry = createMemoryRegistry({ clock, hasher })
  const keys = [community, ...Array.from({ length: count }, (_, number) => seatSigner(number).publicKey)]
  const members = keys.map((key, n) => ({
    community: key,
    name: `Community ${n}`,
    operator: `operator ${n}`,
    stake: 1,
    address: null,
  }))
  const adopted = await registry.adopt(
    encodeCharter({ network: 'bandstand', epoch: 1, previous: null, seats: count, members, startsAt: 1 }),
  )
  if (!adopted.ok) throw new Error(adopted.error.message)
  return registry
}

/** A host on loopback under the key that the name stands for. */
export async function hostOf(name: string): Promise<StageHost> {
  const host = await createHost({
    privateKey: identityFromSeed(seedOf(name)).privateKey,
    settings: {
      p2p: { host: '127.0.0.1', tcpPort: 0, wsPort: 0, announce: [] },
      public: false,
      reachability: 'off',
      mdns: false,
      dht: 'off',
      bootstrap: [],
    },
    clock,
    userAgent: 'bandstand/bench',
  })
  await host.start()
  return host
}
