import { scryptAsync } from '@noble/hashes/scrypt.js'
import type { NoticesInfo } from '#protocols/api/v1/notices.ts'
import type { PersonHandle } from '#protocols/api/v1/people.ts'
import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import {
  type Belongings,
  decodeBelongings,
  decodeMove,
  encodeBelongings,
  encodeMove,
  MOVE_BYTES_MAX,
  MOVE_LOG_N,
  MOVE_MAGIC,
  MOVE_PROOF_MAX,
  MOVE_RECEIPTS_MAX,
  type MovedReceipt,
} from '#protocols/identity/v1/move.ts'
import { type Api, type KeptPromise, type PartContext, sentenceOf, t } from '#web/kit/mod.ts'
import { broughtReceipts, keepBrought } from './brought.ts'
import { fromBase64, fromHex, toBase64, toHex } from './encoding.ts'
import { LocalFan } from './fan.ts'
import { restoredKey, seedOf } from './keys.ts'
import { addPromise, keptPromises } from './promises.ts'
import { readKey, replaceKey } from './vault.ts'

/** Why nothing was packed or opened, as a sentence for a person. */
export class MoveProblem extends Error {}

/** Questions to the stage at once. */
const AT_ONCE = 6

async function sealingKey(passphrase: string, salt: Uint8Array, logN: number): Promise<CryptoKey> {
  const secret = new TextEncoder().encode(passphrase.normalize('NFKC'))
  const raw = Uint8Array.from(await scryptAsync(secret, salt, { N: 2 ** logN, r: 8, p: 1, dkLen: 32 }))
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

const gcm = (nonce: Uint8Array) => ({
  name: 'AES-GCM',
  iv: Uint8Array.from(nonce),
  additionalData: Uint8Array.from(MOVE_MAGIC),
})

/** The same receipt once, whichever was first. */
function without<T extends { community: Uint8Array; index: number }>(all: readonly T[]): T[] {
  return [...new Map(all.map(one => [`${toHex(one.community)}/${one.index}`, one])).values()]
}

/** A receipt of a promise with its proof, as this stage gives it; null when it has none. */
async function provenReceipt(api: Api, { community, index }: KeptPromise): Promise<MovedReceipt | null> {
  try {
    const receipt = await api.get<ReceiptProof>(`/receipts/${community}/${index}`)
    const proof = JSON.stringify(receipt)
    // Until a payment is final its proof does not hold; its promise comes along all the same.
    const isWhole = receipt.finality === 'final' && proof.length <= MOVE_PROOF_MAX
    return isWhole ? { community: fromHex(community), index, proof } : null
  } catch {
    return null
  }
}

async function proofsOf(api: Api, promises: readonly KeptPromise[]): Promise<MovedReceipt[]> {
  const found: MovedReceipt[] = []
  for (let at = 0; at < promises.length; at += AT_ONCE) {
    const some = await Promise.all(promises.slice(at, at + AT_ONCE).map(promise => provenReceipt(api, promise)))
    found.push(...some.filter(receipt => receipt !== null))
  }
  return found
}

async function belongingsOf({ api, fan, communities }: PartContext): Promise<Belongings> {
  const { key, name } = await fan.ready()
  const stored = await readKey()
  const seed = stored === undefined ? null : await seedOf(stored)
  if (seed === null)
    throw new MoveProblem(t`This key was made before keys could move. A key that is made from now on can.`)
  const promises = keptPromises().slice(0, MOVE_RECEIPTS_MAX)
  const [notices, people, proofs] = await Promise.all([
    api.get<NoticesInfo>(`/notices?key=${key}`),
    Promise.all(communities.get().map(one => api.get<PersonHandle>(`/people/${one.community}/${key}`))),
    proofsOf(api, promises),
  ])
  return {
    seed,
    name,
    handles: communities.get().flatMap(({ community }, at) => {
      const handle = people[at]?.handle ?? null
      return handle === null ? [] : [{ community: fromHex(community), handle }]
    }),
    follows: notices.follows.map(fromHex),
    promises: promises.map(({ community, index, ack, about, at }) => ({
      community: fromHex(community),
      index,
      ack: fromBase64(ack),
      about,
      at,
    })),
    receipts: without([...proofs, ...(await broughtReceipts())]).slice(0, MOVE_RECEIPTS_MAX),
  }
}

/** Everything of this fan as one file that only the passphrase opens. Throws `MoveProblem`. */
export async function packUp(ctx: PartContext, passphrase: string): Promise<Blob> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const plain = Uint8Array.from(encodeBelongings(await belongingsOf(ctx)))
  const key = await sealingKey(passphrase, salt, MOVE_LOG_N)
  const sealed = new Uint8Array(await crypto.subtle.encrypt(gcm(nonce), key, plain))
  return new Blob([Uint8Array.from(encodeMove({ logN: MOVE_LOG_N, salt, nonce, sealed }))])
}

/** What lies in a file, before anything changes. Throws `MoveProblem`. */
export async function unpack(file: Blob, passphrase: string): Promise<Belongings & { readonly key: string }> {
  if (file.size > MOVE_BYTES_MAX) throw new MoveProblem(t`That is another file: this one is too large.`)
  const read = decodeMove(new Uint8Array(await file.arrayBuffer()))
  if (!read.ok)
    throw new MoveProblem(t`That is another file, or a part of it is missing. Choose the one that you saved.`)
  const { logN, salt, nonce, sealed } = read.value
  const key = await sealingKey(passphrase, salt, logN)
  const plain = await crypto.subtle.decrypt(gcm(nonce), key, Uint8Array.from(sealed)).catch(() => null)
  if (plain === null) throw new MoveProblem(t`That passphrase does not open the file, or the file was changed.`)
  const inside = decodeBelongings(new Uint8Array(plain))
  if (!inside.ok) throw new MoveProblem(t`The file opens, but this version cannot read what is inside.`)
  return { ...inside.value, key: toHex((await restoredKey(Uint8Array.from(inside.value.seed))).publicKey) }
}

export interface Arrival {
  /** How many follows were said again here. */
  readonly followed: number
  /** Communities that this stage does not know. */
  readonly unknown: number
  /** Why the stage did not take a follow, in its own sentence: it may want an invite first. */
  readonly refused: string | null
}

/** The key takes the place of the one on this device, and everything that came with it is kept here. */
export async function moveIn(
  ctx: PartContext,
  { seed, name, follows, promises, receipts }: Belongings,
): Promise<Arrival> {
  // The key last: what fails before it leaves this device with the key that it had.
  await keepBrought(receipts)
  // Oldest first: the newest ends on top.
  for (const { community, index, ack, about, at } of [...promises].reverse())
    addPromise({ community: toHex(community), index, ack: toBase64(ack), about, at })
  await replaceKey(await restoredKey(Uint8Array.from(seed)))
  const fan = new LocalFan(ctx.api)
  await fan.restore()
  if (name !== '') fan.rename(name)
  const here = new Set(ctx.communities.get().map(({ community }) => community))
  const known = follows.map(toHex).filter(community => here.has(community))
  let followed = 0
  let refused: string | null = null
  for (const community of known)
    try {
      await fan.send(community, 'engagement/follow', { on: true })
      followed++
    } catch (cause) {
      refused = sentenceOf(cause)
    }
  return { followed, unknown: follows.length - known.length, refused }
}
