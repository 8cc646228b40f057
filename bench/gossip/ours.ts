import { randomBytes } from 'node:crypto'
import { createStage } from '#node/compose.ts'
import type { Settings } from '#node/config/settings.ts'
import { signerFromSeed } from '#node/identity/crypto-ports.ts'
import { communityFromText } from '#node/p2p/host/peer-key.ts'
import { createLogger } from '#node/telemetry/logger.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { EVENT_BYTES, type StartContender } from './contender.ts'

const settings = (folder: string, bootstrap: readonly string[]): Settings => ({
  dataDir: folder,
  name: 'Bench',
  http: { host: '127.0.0.1', port: 0, trustProxy: false, livePages: 100, livePagesPerAddress: 100 },
  p2p: { host: '127.0.0.1', tcpPort: 0, wsPort: 0, announce: [] },
  public: false,
  reachability: 'off',
  mdns: false,
  dht: 'off',
  bootstrap,
  cacheCapBytes: 1e9,
  cacheCapGiven: true,
  streamIntervalMs: 30_000,
  netting: 'off',
  testCredits: 0,
  logLevel: 'error',
  rails: { evm: null },
  registry: null,
})

/** No person speaks as fast as one author does here. */
const UNLIMITED = { burst: 1e9, perSecond: 1e9 }

/** A whole stage: every event is a fan's chat message that is verified, stored, projected and told to pages. */
export const start: StartContender = async ({ folder, others, delivered }) => {
  const stage = await createStage(settings(folder, others.slice(1)), createLogger('error'), { rate: UNLIMITED })
  const fan = signerFromSeed(randomBytes(32))
  const ready = new Map<number, Uint8Array>()
  const own = new Set<number>()
  const [first] = others
  const community = communityFromText(first?.split('/').at(-1) ?? stage.peerId)
  let seq = 0

  stage.api.onLive(event => {
    if (event.event !== 'chat') return
    const index = Number.parseInt(event.data.text, 10)
    if (!own.has(index)) delivered(index)
  })

  const sealed = async (text: string): Promise<Uint8Array> => {
    const body = { room: 'main', name: 'fan', text }
    const payload = encodePayload({
      type: 'engagement/chat',
      author: fan.publicKey,
      community,
      seq,
      at: Date.now(),
      body,
    })
    return encodeEnvelope(payload, await fan.sign(signedBytes('engagement/chat', payload)))
  }

  if (first !== undefined) await stage.api.follow(first)

  return {
    addresses: stage.addresses.filter(address => !address.includes('/ws')),
    prepare: async indices => {
      for (const index of indices) {
        seq += 1
        const short = await sealed(`${index} `)
        ready.set(index, await sealed(`${index} `.padEnd(`${index} `.length + EVENT_BYTES - short.length, '.')))
        own.add(index)
      }
    },
    publish: index => {
      const event = ready.get(index)
      ready.delete(index)
      if (event !== undefined) void stage.api.submit(event)
    },
  }
}
