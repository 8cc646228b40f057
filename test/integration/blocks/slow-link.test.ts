import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, test } from 'vitest'
import { MediaNodes, MIB, publish, readAll, until } from '#test/support/media-node.ts'
import { type SlowLink, slowLink } from '#test/support/slow-link.ts'

const nodes = new MediaNodes()
let link: SlowLink | undefined

afterEach(async () => {
  await nodes.stopAll()
  await link?.close()
})

describe('a slow link', () => {
  test('is not an error, though a release takes far longer than any time limit', async () => {
    const [alice, bob] = [await nodes.start(), await nodes.start({ stallMs: 1_500 })]
    const { root, content } = await publish(alice, 5 * MIB)
    const address = String(alice.libp2p.getMultiaddrs()[0])
    const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
    link = await slowLink({ port, bitsPerSecond: 8_000_000, delayMs: 40 })
    await bob.libp2p.dial(multiaddr(address.replace(`/tcp/${port}`, `/tcp/${link.port}`)))
    await until(() => bob.client.holders.length > 0)
    await bob.blocks.fetchAll(root, new AbortController().signal, () => {})
    expect(Buffer.compare(await readAll(bob, root), content)).toBe(0)
    // Nothing was asked twice for being late.
    expect(alice.server.bytesServed).toBeLessThan(5.1 * MIB)
  })
})
