import type { Connection, Stream } from '@libp2p/interface'
import type { Identity } from '#node/identity/identity.ts'
import type { StageHost } from '#node/p2p/host/host.ts'
import { communityFromPeerId } from '#node/p2p/host/peer-key.ts'
import { type Frames, frames } from '#node/p2p/stream/frames.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { decodeMessage, type HelloMessage, signedBytes } from '#protocols/hello/v1/codec.ts'
import { HELLO_BYTES_MAX, HELLO_PROTOCOL } from '#protocols/hello/v1/constants.ts'

/** Far above the limit, so that a rogue may send what an honest stage would not. */
const ROGUE_FRAME_MAX = HELLO_BYTES_MAX * 64

/** A hello as plain data, so that a test can put anything into any field. */
export type LooseHello = Record<string, unknown>

/** An honest hello of version 1 from `identity` to the peer on `connection`. */
export const looseHello = (identity: Identity, connection: Connection, reply: Uint8Array | null): LooseHello => ({
  key: identity.publicKey,
  to: communityFromPeerId(connection.remotePeer),
  nonce: new Uint8Array(16).fill(7),
  reply,
  at: Date.now(),
  software: 'rogue/1.0',
  protocols: { envelope: [1, 1], sync: [1, 1] },
  features: [],
  requires: [],
  limits: {},
  head: { community: identity.publicKey, name: 'Rogue', seq: 0, logSize: 0, logRoot: new Uint8Array(32) },
})

export async function signLoose(identity: Identity, hello: LooseHello): Promise<Uint8Array> {
  const payload = encode(hello)
  return encode({ hello: payload, signature: await identity.signer.sign(signedBytes(payload)) })
}

export const rogueFrames = (stream: Stream): Frames => frames(stream, { frameBytesMax: ROGUE_FRAME_MAX })

export const openHello = async (connection: Connection): Promise<Frames> =>
  rogueFrames(await connection.newStream(HELLO_PROTOCOL))

export async function readHello(channel: Frames): Promise<HelloMessage | null> {
  const frame = await channel.read()
  const message = frame === null ? null : decodeMessage(frame)
  return message?.ok === true ? message.value : null
}

/** Registers a hello handler that does whatever the test wants. */
export const answerHello = (
  host: StageHost,
  answer: (channel: Frames, connection: Connection) => Promise<void>,
): Promise<void> =>
  host.handle(HELLO_PROTOCOL, (stream, connection) => {
    const channel = rogueFrames(stream)
    answer(channel, connection).catch(() => {})
  })
