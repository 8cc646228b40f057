/** Work for one event: a number that, hashed with the event's id, gives a hash that begins with zero bits. */
const ID_BYTES = 32

/** What is hashed: the event id, then the nonce as 8 bytes, big-endian. */
export function workMessage(id: Uint8Array, nonce: number): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(ID_BYTES + 8)
  message.set(id)
  new DataView(message.buffer).setBigUint64(ID_BYTES, BigInt(nonce))
  return message
}

/** Zero bits at the beginning. */
export function leadingZeros(hash: Uint8Array): number {
  const first = hash.findIndex(byte => byte !== 0)
  return first < 0 ? hash.length * 8 : first * 8 + Math.clz32(hash[first] as number) - 24
}

/** Tries nonces from 0; on average 2^bits hashes (Back, Hashcash, 2002). */
export function findWork(sha256: (bytes: Uint8Array) => Uint8Array, id: Uint8Array, bits: number): number {
  const message = workMessage(id, 0)
  const nonces = new DataView(message.buffer, ID_BYTES)
  for (let nonce = 0; ; nonce++) {
    nonces.setUint32(0, Math.floor(nonce / 2 ** 32))
    nonces.setUint32(4, nonce >>> 0)
    if (leadingZeros(sha256(message)) >= bits) return nonce
  }
}
