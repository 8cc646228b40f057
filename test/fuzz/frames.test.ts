import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodePrefix } from '#node/p2p/stream/varint.ts'
import { encodeAccept } from '#protocols/hello/v1/codec.ts'
import { HELLO_PROTOCOL } from '#protocols/hello/v1/constants.ts'
import { testAuthor } from '#test/support/author.ts'
import { looseHello, openHello, readHello, signLoose } from '#test/support/rogue-hello.ts'
import { mutate, type Seeded, seeded } from '#test/support/seeded.ts'
import { howMany, seedOf } from '#test/support/soak.ts'
import { startHost, type TestHost } from '#test/support/stage-host.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { frameSamples } from '#test/support/wire-samples.ts'

const FRAMES = howMany('FUZZ_FRAMES', { full: 100_000, share: 20_000 })
const SEED = seedOf('FUZZ_SEED')
const FRAMES_PER_STREAM = 16
const STREAMS_AT_ONCE = 8
const STREAMS_PER_ATTACKER = 64
const GOSSIP = '/meshsub/1.2.0'
const RSS_GROWTH_MB_MAX = 300

describe('every protocol handler of a running stage under hostile frames', () => {
  let folder: string
  let stage: StageProcess
  let address: string
  let samples: Readonly<Record<string, readonly Uint8Array[]>>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-frames-'))
    stage = await StageProcess.start(folder, ['--name', 'Fuzz'])
    const info = await stage.client.stage()
    address = info.addresses.find(a => a.includes('/tcp/') && !a.includes('/ws')) ?? ''
    const community = fromString(info.community, 'hex')
    await stage.client.chat(testAuthor(41), info.community, 'something to sync')
    const frames = frameSamples(community)
    samples = { ...frames, [GOSSIP]: Object.values(frames).flat() }
  })
  afterAll(async () => {
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const rssMb = async () =>
    Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${stage.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

  /** Connects; a polite attacker says hello properly, so that it is let in to misbehave elsewhere. */
  async function attacker(polite: boolean): Promise<{ me: TestHost; connection: Connection }> {
    const me = await startHost()
    const connection = await me.host.dial(multiaddr(address))
    if (!polite) return { me, connection }
    const channel = await openHello(connection)
    await channel.write(await signLoose(me.identity, looseHello(me.identity, connection, null)))
    await readHello(channel)
    await channel.write(encodeAccept())
    await channel.close()
    return { me, connection }
  }

  function hostileBytes(random: Seeded, protocol: string): Uint8Array {
    const own = samples[protocol] ?? []
    const frames = Array.from({ length: FRAMES_PER_STREAM }, () => {
      const frame = random.next() < 0.15 ? random.pick(own) : mutate(random, random.pick(own), own)
      return concat([encodePrefix(frame.length), frame])
    })
    const bytes = concat(frames)
    // Sometimes the framing itself is wrong.
    return random.next() < 0.2 ? mutate(random, bytes) : bytes
  }

  /** Answers whether the frames could be handed over: a stage that hung up first has done well too. */
  async function attack(connection: Connection, protocol: string, random: Seeded): Promise<boolean> {
    try {
      const stream = await connection.newStream(protocol, { signal: AbortSignal.timeout(5_000) })
      stream.addEventListener('message', () => {})
      stream.send(hostileBytes(random, protocol))
      if (random.next() < 0.5) await stream.close({ signal: AbortSignal.timeout(500) })
      else stream.abort(new Error('rude'))
      return true
    } catch {
      return false
    }
  }

  it(`goes on after ${FRAMES} of them, in bounded memory`, { timeout: 900_000 }, async () => {
    console.log(`FUZZ_SEED=${SEED}`)
    const random = seeded(SEED)
    const protocols = Object.keys(samples)
    const delivered = new Map(protocols.map(protocol => [protocol, 0]))
    const before = await rssMb()
    const total = () => [...delivered.values()].reduce((sum, n) => sum + n, 0)
    for (let attempts = 0; total() < FRAMES && attempts < FRAMES; attempts++) {
      // One hello is taken on each connection: those who attack it come one by one.
      const polite = attempts % 4 !== 0
      const targets = polite ? protocols.filter(protocol => protocol !== HELLO_PROTOCOL) : [HELLO_PROTOCOL]
      const { me, connection } = await attacker(polite)
      for (
        let streams = 0;
        streams < STREAMS_PER_ATTACKER && connection.status === 'open';
        streams += STREAMS_AT_ONCE
      ) {
        await Promise.all(
          Array.from({ length: STREAMS_AT_ONCE }, async () => {
            const protocol = random.pick(targets)
            if (await attack(connection, protocol, random))
              delivered.set(protocol, (delivered.get(protocol) ?? 0) + FRAMES_PER_STREAM)
          }),
        )
      }
      await me.host.stop()
    }
    console.log(Object.fromEntries(delivered), `RSS ${Math.round(before)} -> ${Math.round(await rssMb())} MB`)
    expect(total()).toBeGreaterThanOrEqual(FRAMES)
    for (const protocol of protocols) expect(delivered.get(protocol)).toBeGreaterThan(0)
    const { community } = await stage.client.stage()
    await stage.client.chat(testAuthor(42), community, 'still here')
    expect((await stage.client.messages(community)).map(message => message.text)).toContain('still here')
    expect((await rssMb()) - before).toBeLessThan(RSS_GROWTH_MB_MAX)
  })
})
