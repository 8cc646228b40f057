import { multiaddr } from '@multiformats/multiaddr'
import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { frames } from '#node/p2p/stream/frames.ts'
import { slowLink } from '#test/support/slow-link.ts'
import { startChild } from '../ledger/child.ts'
import { hostOf } from '../ledger/federation.ts'

const PROTOCOL = '/bench/floor/1.0.0'
const WARM_UP = 10
const BITS_PER_SECOND = 100e6

/**
 * The least that any two stages can do who do not know each other's word: one signed message over libp2p, verified, and one signed
 * answer of the same size, verified. Two processes, one stream that stays open. Milliseconds, once for each round.
 */
export async function floor(delayMs: number, rounds: number, bytes: number): Promise<number[]> {
  const signer = signerFromSeed(new Uint8Array(32).fill(7))
  const asker = Buffer.from(signer.publicKey).toString('hex')
  const child = startChild(import.meta.resolve('./floor-process.ts'), { asker, protocol: PROTOCOL })
  const { address, key } = (await child.next()) as { address: string; key: string }
  const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
  const link = delayMs > 0 ? await slowLink({ port, bitsPerSecond: BITS_PER_SECOND, delayMs }) : null
  const host = await hostOf('floor asker')
  const times: number[] = []
  try {
    const reached = link === null ? address : address.replace(`/tcp/${port}`, `/tcp/${link.port}`)
    const io = frames(await host.dialProtocol(multiaddr(reached), PROTOCOL), { frameBytesMax: 65_536 })
    for (let round = 0; round < rounds + WARM_UP; round++) {
      const body = new Uint8Array(bytes - 64).fill(round)
      const start = performance.now()
      await io.write([signer.sign(body), body])
      const answer = await io.read()
      if (answer === null || !verifier.verify(Buffer.from(key, 'hex'), answer.subarray(64), answer.subarray(0, 64)))
        throw new Error('the floor answered wrongly')
      if (round >= WARM_UP) times.push(performance.now() - start)
    }
    return times
  } finally {
    await host.stop()
    await link?.close()
    await child.stop()
  }
}
