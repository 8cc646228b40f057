import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'
import { StageError } from '#node/errors.ts'

/** Length of an Ed25519 public key, in bytes. */
const KEY_BYTES = 32

/** A stage's peer id is its community key: the 32 bytes of it. Throws 'bad-address' for other kinds of key. */
export function communityFromPeerId(peerId: PeerId): Uint8Array {
  if (peerId.type !== 'Ed25519')
    throw new StageError('bad-address', `Peer ${peerId.toString()} is not a stage: its key is not Ed25519.`)
  return peerId.publicKey.raw
}

/** Throws 'bad-address' unless given 32 bytes that are an Ed25519 key. */
export function peerIdFromCommunity(community: Uint8Array): PeerId {
  if (community.length !== KEY_BYTES)
    throw new StageError('bad-address', `A community key has ${KEY_BYTES} bytes, this one has ${community.length}.`)
  try {
    return peerIdFromPublicKey(publicKeyFromRaw(community))
  } catch (cause) {
    throw new StageError('bad-address', 'This is not a community key.', { cause })
  }
}

/** Reads a peer id as people write it (`12D3Koo...`). Throws 'bad-address'. */
export function communityFromText(text: string): Uint8Array {
  let peerId: PeerId
  try {
    peerId = peerIdFromString(text)
  } catch (cause) {
    throw new StageError(
      'bad-address',
      `"${text.slice(0, 80)}" is neither an address nor a peer id. Copy the whole line from the desk of the other stage: it starts with /ip4/ or 12D3Koo.`,
      { cause },
    )
  }
  return communityFromPeerId(peerId)
}

export const peerIdText = (community: Uint8Array): string => peerIdFromCommunity(community).toString()
