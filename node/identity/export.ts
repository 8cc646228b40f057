import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { base64url } from 'multiformats/bases/base64'
import { StageError } from '#node/errors.ts'
import { decode, encode } from '#protocols/codec/dag-cbor.ts'
import { bytes, int, type Shape, struct } from '#protocols/codec/shape.ts'
import { type Identity, identityFromSeed, SEED_BYTES } from './identity.ts'
import { saveNewIdentity } from './key-file.ts'

/** Start of every exported key: says what it is, and its version. */
const PREFIX = 'bandstand-key-v1:'

/** scrypt cost, log2: 128 MiB and about half a second, OWASP's first choice for a secret that is opened seldom. */
const LOG_N = 17
/** A hostile export must not make an import take gigabytes: at most 1 GiB. */
const LOG_N_MAX = 20
const BLOCK_SIZE = 8
const SALT_BYTES = 16
/** AES-GCM's own size; the key is fresh for every export, so a random nonce cannot repeat under it. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Longest export that is looked at, in characters: ours has about 200. */
const EXPORT_LENGTH_MAX = 1_024
const PASSPHRASE_MIN = 8
const PASSPHRASE_MAX = 1_024

interface SealedKey {
  readonly logN: number
  readonly salt: Uint8Array
  readonly nonce: Uint8Array
  readonly sealed: Uint8Array
}

const sealedKey: Shape<SealedKey> = struct({
  logN: int(10, LOG_N_MAX),
  salt: bytes(SALT_BYTES),
  nonce: bytes(NONCE_BYTES),
  sealed: bytes(SEED_BYTES + TAG_BYTES),
})

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt)

const keyFor = (passphrase: string, salt: Uint8Array, logN: number): Promise<Buffer> =>
  derive(passphrase.normalize('NFKC'), salt, 32, {
    N: 2 ** logN,
    r: BLOCK_SIZE,
    p: 1,
    // OpenSSL counts a little more than 128 * N * r.
    maxmem: 128 * 2 ** logN * BLOCK_SIZE * 2,
  })

function checkPassphrase(passphrase: string): void {
  if (passphrase.length < PASSPHRASE_MIN || passphrase.length > PASSPHRASE_MAX)
    throw new StageError('bad-passphrase', `A passphrase has ${PASSPHRASE_MIN} to ${PASSPHRASE_MAX} characters.`)
}

/** The identity as one line of text, sealed by a passphrase: scrypt and AES-256-GCM. Throws 'bad-passphrase' for a short one. */
export async function exportIdentity(identity: Identity, passphrase: string): Promise<string> {
  checkPassphrase(passphrase)
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)]
  const cipher = createCipheriv('aes-256-gcm', await keyFor(passphrase, salt, LOG_N), nonce)
  cipher.setAAD(Buffer.from(PREFIX))
  const sealed = Buffer.concat([cipher.update(identity.seed), cipher.final(), cipher.getAuthTag()])
  return PREFIX + base64url.baseEncode(encode({ logN: LOG_N, salt, nonce, sealed }))
}

/** Opens an export. Throws 'bad-archive' for text that is no export, 'bad-passphrase' when it does not open. */
export async function openExport(text: string, passphrase: string): Promise<Identity> {
  const { salt, nonce, sealed, logN } = readExport(text)
  checkPassphrase(passphrase)
  const decipher = createDecipheriv('aes-256-gcm', await keyFor(passphrase, salt, logN), nonce)
  decipher.setAAD(Buffer.from(PREFIX))
  decipher.setAuthTag(sealed.subarray(SEED_BYTES))
  try {
    const seed = Buffer.concat([decipher.update(sealed.subarray(0, SEED_BYTES)), decipher.final()])
    return identityFromSeed(new Uint8Array(seed))
  } catch (cause) {
    throw new StageError('bad-passphrase', 'This passphrase does not open the key, or the export was changed.', {
      cause,
    })
  }
}

/** Opens an export and makes it this data folder's identity. Throws 'conflict' when the folder has one already. */
export async function importIdentity(dataDir: string, text: string, passphrase: string): Promise<Identity> {
  const identity = await openExport(text, passphrase)
  if ((await saveNewIdentity(dataDir, identity)) === null)
    throw new StageError('conflict', 'This data folder already has an identity. Import into an empty folder.')
  return identity
}

function readExport(text: string): SealedKey {
  const line = text.trim()
  if (line.length > EXPORT_LENGTH_MAX || !line.startsWith(PREFIX))
    throw new StageError('bad-archive', `An exported key is one line that starts with ${PREFIX}`)
  let body: Uint8Array
  try {
    body = base64url.baseDecode(line.slice(PREFIX.length))
  } catch (cause) {
    throw new StageError('bad-archive', 'The exported key is damaged: it is not base64url.', { cause })
  }
  const sealed = decode(body, sealedKey, { bytesMax: EXPORT_LENGTH_MAX, depthMax: 1, itemsMax: 9 })
  if (!sealed.ok) throw new StageError('bad-archive', `The exported key is damaged: ${sealed.error.message}.`)
  return sealed.value
}
