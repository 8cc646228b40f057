import { describe, expect, it } from 'vitest'
import type { Gossip } from '#node/ports/gossip.ts'
import type { Network } from '#node/ports/network.ts'
import type { SyncReport } from '#node/ports/sync.ts'
import type { Follows } from '#node/ports/views.ts'
import { createFederation, type FederationInit } from '#node/stage/federation.ts'
import { hex, key32 } from '#node/stage/keys.ts'

const own = new Uint8Array(32).fill(1)
const home = new Uint8Array(32).fill(2)
const other = new Uint8Array(32).fill(3)
const REPORT: SyncReport = { received: 0, sent: 0, rounds: 0, bytes: 0, ms: 0 }

function federationOf(over: { online?: boolean; sync?: Partial<FederationInit['sync']> } = {}) {
  const logsFrom: string[] = []
  const followed: string[] = []
  const federation = createFederation({
    own,
    network: {
      connect: async () => home,
      follow: () => {},
      isConnected: () => over.online ?? true,
    } as unknown as Network,
    gossip: { join: () => {} } as unknown as Gossip,
    sync: {
      syncWith: async () => REPORT,
      fetchLog: async peer => logsFrom.push(peer),
      ...over.sync,
    },
    follows: {
      list: () => [],
      add: (key: Uint8Array) => followed.push(hex(key)),
      synced: () => {},
    } as unknown as Follows,
    clock: { nowMs: () => 0 },
    peerIdOf: hex,
    keyOf: text => key32(text, 'a key'),
    log: { info: () => {}, warn: () => {} },
    changed: () => {},
    firstSyncMs: 50,
  })
  return { federation, logsFrom, followed }
}

describe('keeping up', () => {
  it('with events from whoever is there also fetches the log, from the stage that signs it', async () => {
    const { federation, logsFrom } = federationOf()
    await federation.keepUp(hex(other), home)
    expect(logsFrom).toEqual([hex(home)])
    await federation.keepUp(hex(other), own)
    expect(logsFrom).toHaveLength(1)
  })

  it('fetches the log also when the one who is there does not hold that community', async () => {
    const syncWith = () => Promise.reject(new Error('unknown-community'))
    const { federation, logsFrom } = federationOf({ sync: { syncWith } })
    await expect(federation.keepUp(hex(other), home)).rejects.toThrow('unknown-community')
    expect(logsFrom).toEqual([hex(home)])
  })

  it('compares events although a log cannot be followed', async () => {
    const { federation } = federationOf({ sync: { fetchLog: () => Promise.reject(new Error('forked')) } })
    expect(await federation.keepUp(hex(other), home)).toEqual(REPORT)
  })

  it('fetches a copy of the log from whoever is there while its own stage is away', async () => {
    const { federation, logsFrom } = federationOf({ online: false })
    await federation.keepUp(hex(other), home)
    expect(logsFrom).toEqual([hex(other)])
  })
})

describe('following', () => {
  it('a community whose history takes long answers that it is followed; the rest comes by and by', async () => {
    const syncWith = (_peer: string, _community: Uint8Array, signal?: AbortSignal) =>
      new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const { federation, followed } = federationOf({ sync: { syncWith } })
    expect(await federation.follow('/ip4/127.0.0.1/tcp/1')).toEqual(home)
    expect(followed).toEqual([hex(home)])
  })

  it('a community whose stage refuses says so', async () => {
    const syncWith = () => Promise.reject(new Error('refused'))
    const { federation } = federationOf({ sync: { syncWith } })
    await expect(federation.follow('/ip4/127.0.0.1/tcp/1')).rejects.toThrow('refused')
  })
})
