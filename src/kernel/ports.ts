/** Milliseconds since the Unix epoch. The only way a rule may learn the time is to be given it. */
export interface Clock {
  nowMs(): number
}

/** Cryptographically secure random bytes in production; a seeded stream in simulations. */
export interface Random {
  bytes(length: number): Uint8Array
}

/** SHA-256. Synchronous because tree hashing calls it millions of times. */
export interface Hasher {
  sha256(data: Uint8Array): Uint8Array
}

/** Ed25519 over raw messages; `publicKey` 32 bytes, `signature` 64 bytes. Strict (libsodium-like) acceptance. */
export interface Verifier {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

/** Holds one Ed25519 private key and never shows it. */
export interface Signer {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** A signer that answers at once: what happens inside one transaction cannot wait. */
export interface SyncSigner extends Signer {
  sign(message: Uint8Array): Uint8Array
}
