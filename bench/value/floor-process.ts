import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { frames } from '#node/p2p/stream/frames.ts'
import { given } from '../ledger/child.ts'
import { hostOf } from '../ledger/federation.ts'

/** The other end of the floor: verifies what it is sent, and signs as many bytes in answer. */
const { asker, protocol } = given<{ asker: string; protocol: string }>()
const signer = signerFromSeed(new Uint8Array(32).fill(8))
const host = await hostOf('floor')
await host.handle(protocol, stream => {
  const io = frames(stream, { frameBytesMax: 65_536 })
  void (async () => {
    for (let frame = await io.read(); frame !== null; frame = await io.read()) {
      const [signature, body] = [frame.subarray(0, 64), frame.subarray(64)]
      if (!verifier.verify(Buffer.from(asker, 'hex'), body, signature)) throw new Error('a false signature')
      await io.write([signer.sign(body), body])
    }
  })().catch(() => io.abort())
})
const address = host.getMultiaddrs().find(each => !each.toString().includes('/ws'))
process.send?.({ address: address?.toString(), key: Buffer.from(signer.publicKey).toString('hex') })
process.on('SIGTERM', async () => {
  await host.stop()
  process.exit(0)
})
