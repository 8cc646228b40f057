import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { chmod, link, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { StageError } from '#node/errors.ts'

/** PKCS #8 in PEM, mode 0600. Whoever has it can speak to the browsers that subscribed here, without knowing what to encrypt for. */
export const PUSH_KEY_FILE = 'push-key.pem'
/** RFC 8292 section 2 allows a day; clocks may be off. */
const VALID_SECONDS = 12 * 3_600

export interface Vapid {
  /** What browsers subscribe to: uncompressed P-256 point, base64url. */
  readonly publicKey: string
  /** `Authorization` header for a push service (RFC 8292 section 3). `contact`: an https address of this stage, when it has one. */
  authorization(endpoint: string, contact: string | null, nowMs: number): string
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export function createVapid(key: KeyObject): Vapid {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  const publicKey = point.toString('base64url')
  return {
    publicKey,
    authorization(endpoint, contact, nowMs) {
      const claims = {
        aud: new URL(endpoint).origin,
        exp: Math.floor(nowMs / 1000) + VALID_SECONDS,
        ...(contact === null ? {} : { sub: contact }),
      }
      const signed = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`
      const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
      return `vapid t=${signed}.${signature.toString('base64url')}, k=${publicKey}`
    },
  }
}

/** Reads the key from the data folder, or makes it once. Throws `StageError` 'data-folder-unusable'. */
export async function loadOrCreateVapid(directory: string): Promise<Vapid> {
  const file = join(directory, PUSH_KEY_FILE)
  try {
    return createVapid((await read(file)) ?? (await create(directory, file)))
  } catch (cause) {
    const message = `The key for push messages, ${file}, cannot be read or written. Check the folder, or delete the file: then whoever subscribed does so again.`
    throw new StageError('data-folder-unusable', message, { cause, path: file })
  }
}

async function read(file: string): Promise<KeyObject | null> {
  try {
    const key = createPrivateKey(await readFile(file))
    await chmod(file, 0o600)
    return key
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}

/** The file appears whole or not at all; of two processes that make one, both use the first. */
async function create(directory: string, file: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const draft = join(directory, `${PUSH_KEY_FILE}.${randomBytes(6).toString('hex')}`)
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(draft, file)
    return privateKey
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    return createPrivateKey(await readFile(file))
  } finally {
    await unlink(draft)
  }
}
