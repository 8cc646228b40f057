import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { concat } from 'uint8arrays/concat'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { signerFromSeed } from './crypto-ports.ts'

export const SEED_BYTES = 32

/** Who this stage is. The public key is at once its peer id and its community key. */
export interface Identity {
  /** For libp2p. */
  readonly privateKey: PrivateKey
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array
  readonly signer: SyncSigner
  /** The private seed, 32 bytes: only for writing it to a file or an export. */
  readonly seed: Uint8Array
}

export function identityFromSeed(seed: Uint8Array): Identity {
  const signer = signerFromSeed(seed)
  return {
    privateKey: privateKeyFromRaw(concat([seed, signer.publicKey])),
    publicKey: signer.publicKey,
    signer,
    seed,
  }
}

export const newIdentity = (): Identity => identityFromSeed(randomBytes(SEED_BYTES))

/** Fixed start of an Ed25519 PKCS #8 document (RFC 8410, section 7): everything before the seed. */
const PKCS8_PREFIX = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20])

/** PKCS #8 PEM (RFC 8410), so that other tools can read the key. */
export function identityToPem(identity: Identity): string {
  const der = Buffer.from(concat([PKCS8_PREFIX, identity.seed]))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString()
}

/** Throws when the text is anything but one unencrypted Ed25519 private key. */
export function identityFromPem(pem: string): Identity {
  const key = createPrivateKey({ key: pem, format: 'pem' })
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key')
  const seed = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  const identity = identityFromSeed(new Uint8Array(seed))
  const expected = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
  if (!expected.equals(identity.publicKey)) throw new Error('the private and public halves differ')
  return identity
}
