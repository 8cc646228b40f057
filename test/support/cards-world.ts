import { DatabaseSync } from 'node:sqlite'
import { hasher, signerFromSeed } from '#node/identity/crypto-ports.ts'
import type { CardVault } from '#node/ports/cards.ts'
import { type CardLog, createCardDesk } from '#node/rails/codes/card-desk.ts'
import { createCardBook } from '#node/store/desk/card-book.ts'
import { DESK_MIGRATIONS } from '#node/store/desk/schema.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { seeded } from './seeded.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Secrets in memory. */
export function memoryVault(): CardVault {
  const kept = new Map<string, readonly Uint8Array[]>()
  return {
    async keep(batch, secrets) {
      if (!kept.has(hex(batch))) kept.set(hex(batch), secrets)
    },
    read: async batch => kept.get(hex(batch)) ?? null,
    forget: async batch => kept.delete(hex(batch)),
  }
}

/** A community that prints cards, over a log that knows of nothing else. */
export function cardsWorld(seed = 1) {
  const signer = signerFromSeed(new Uint8Array(32).fill(seed))
  const own = signer.publicKey
  const db = new DatabaseSync(':memory:')
  for (const sql of DESK_MIGRATIONS) db.exec(sql)
  const world = { now: 1_800_000_000_000, fails: null as 'before' | 'after' | null }
  const batches = new Map<string, { used: Uint8Array; entry: number; count: number }>()
  const orders: Uint8Array[] = []
  const log: CardLog = {
    batch: id => batches.get(hex(id)) ?? null,
    entryOf: id => batches.get(hex(id))?.entry ?? null,
    orderIn: entry => orders[entry] ?? null,
    async order(type, body) {
      if (world.fails === 'before') throw new Error('the power went before')
      const payload = encodePayload({ type, author: own, community: own, seq: orders.length + 1, at: world.now, body })
      orders.push(encodeEnvelope(payload, signer.sign(signedBytes(type, payload))))
      if (type === 'value/batch') {
        const { batch, count } = body as OrderBodies['value/batch']
        if (batches.has(hex(batch))) throw new Error('a batch of this name was issued before')
        batches.set(hex(batch), { used: new Uint8Array(Math.ceil(count / 8)), entry: orders.length - 1, count })
      } else {
        const { batch, serials } = body as OrderBodies['value/batch-revoke']
        for (const serial of serials) use(batch, serial)
      }
      if (world.fails === 'after') throw new Error('the power went after')
      return orders.length - 1
    },
  }
  const use = (batch: Uint8Array, serial: number): void => {
    const { used } = batches.get(hex(batch)) ?? { used: new Uint8Array() }
    used[serial >> 3] = (used[serial >> 3] ?? 0) | (1 << (serial & 7))
  }
  const random = seeded(seed)
  const vault = memoryVault()
  const clock = { nowMs: () => world.now }
  const open = () => createCardDesk({ own, hasher, random, clock, book: createCardBook(db), vault, log })
  return Object.assign(world, { own, signer, open, use, log, batches, vault, clock, close: () => db.close() })
}
