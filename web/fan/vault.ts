import { inObjectStore } from './object-store.ts'

/** What is stored on the device: a key that cannot be read out, or, where WebCrypto lacks Ed25519, its seed. */
export interface StoredKey {
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly secret: CryptoKey | Uint8Array<ArrayBuffer>
  /** The seed, closed by a key that this browser uses and never shows: for a recovery phrase, when its owner asks for one. */
  readonly closed?: ClosedSeed
}

export interface ClosedSeed {
  readonly key: CryptoKey
  readonly iv: Uint8Array<ArrayBuffer>
  readonly seed: ArrayBuffer
}

/** The fan's own key; others are named by what they sign. */
const FAN = 'fan'

const inStore = inObjectStore('bandstand', 'keys')

export const readKey = (slot = FAN): Promise<StoredKey | undefined> => inStore('readonly', store => store.get(slot))

/** Another key takes the place of the one on this device. */
export const replaceKey = async (key: StoredKey): Promise<void> => {
  await inStore<IDBValidKey>('readwrite', store => store.put(key, FAN))
}

/** Keeps the fan's first key when two tabs make one at the same moment; of others the newest. */
export async function keepKey(key: StoredKey, slot = FAN): Promise<StoredKey> {
  try {
    await inStore<IDBValidKey>('readwrite', store => (slot === FAN ? store.add(key, slot) : store.put(key, slot)))
    return key
  } catch {
    return (await readKey(slot)) ?? key
  }
}
