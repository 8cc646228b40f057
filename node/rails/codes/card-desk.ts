import { equals } from 'uint8arrays/equals'
import { StageError, type StageErrorCode } from '#node/errors.ts'
import type { CardBatch, CardBook, CardVault } from '#node/ports/cards.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { CODE_SECRET_BYTES, CODES_MAX } from '#protocols/ledger/v1/limits.ts'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { codeLeafBytes, readCard, writeCard } from '#protocols/value/v1/card.ts'
import type { CardFile } from '#protocols/value/v1/card-file.ts'
import type { Clock, Hasher, Random } from '#src/kernel/ports.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { cardTree } from '#src/value/card-tree.ts'

export interface CardDeskInit {
  readonly own: Uint8Array
  readonly hasher: Hasher
  readonly random: Random
  readonly clock: Clock
  readonly book: CardBook
  readonly vault: CardVault
  readonly log: CardLog
}

/** What cards need of the own log. */
export interface CardLog {
  batch(id: Uint8Array): { readonly used: Uint8Array } | null
  /** Gives the community's order to the log; answers the entry. Throws `StageError`. */
  order<T extends 'value/batch' | 'value/batch-revoke'>(type: T, body: OrderBodies[T]): Promise<number>
  /** Entry of the order that issued a batch, when it can be found. */
  entryOf(batch: Uint8Array): number | null
  /** The signed order in an entry. */
  orderIn(entry: number): Uint8Array | null
}

export interface BatchRequest {
  readonly label: string
  readonly count: number
  /** Minor units of each card. */
  readonly amount: bigint
  readonly code: string
  readonly scale: number
  readonly expiry: number
  /** Names the batch; random unless given. */
  readonly batch?: Uint8Array
}

export type CardState = 'good' | 'used' | 'revoked' | 'expired' | 'waiting'

/** A card that this community issued, as its own desk sees it. */
export interface FoundCard {
  readonly batch: CardBatch
  readonly serial: number
  readonly secret: Uint8Array
  readonly path: readonly Uint8Array[]
  readonly state: CardState
}

/** A card for printing: whoever sees it can redeem it. */
export interface PrintedCard {
  readonly serial: number
  readonly text: string
  readonly file: CardFile
}

export interface CardFault {
  readonly code: StageErrorCode
  readonly message: string
}

const BATCH_BYTES = 32
const fault = (code: StageErrorCode, message: string): Result<never, CardFault> => err({ code, message })

const isUsed = (used: Uint8Array, serial: number): boolean => (((used[serial >> 3] ?? 0) >> (serial & 7)) & 1) === 1

/** Prints top-up cards, tells genuine ones from others, and takes them back. */
export function createCardDesk(init: CardDeskInit) {
  const { hasher, random, clock, book, vault, log } = init

  const leafOf = (serial: number, secret: Uint8Array): Uint8Array => leafHash(hasher, codeLeafBytes(serial, secret))

  const find = (id: Uint8Array): CardBatch => {
    const batch = book.find(id)
    if (batch === null) throw new StageError('not-found', 'There is no such batch; `bandstand code list` shows them.')
    return batch
  }

  /** The entry of a batch, noted when a crash came between the log and the book. */
  const linked = (batch: CardBatch): CardBatch => {
    if (batch.entry !== null || log.batch(batch.batch) === null) return batch
    const entry = log.entryOf(batch.batch)
    if (entry === null) return batch
    book.link(batch.batch, entry)
    return { ...batch, entry }
  }

  /** State of every card by its serial. */
  const states = (batch: CardBatch): CardState[] => {
    const issued = log.batch(batch.batch)
    const revoked = new Set(book.revoked(batch.batch))
    const isLate = clock.nowMs() > batch.expiry
    return batch.leaves.map((_leaf, serial) => {
      if (issued === null) return 'waiting'
      if (isUsed(issued.used, serial)) return revoked.has(serial) ? 'revoked' : 'used'
      return isLate ? 'expired' : 'good'
    })
  }

  /** Into the log: the same body again, after a crash, is the same batch, which the log takes once. */
  const enter = async (batch: CardBatch): Promise<CardBatch> => {
    if (log.batch(batch.batch) === null) {
      const { root } = cardTree(hasher, batch.leaves)
      const { amount, code, scale, expiry } = batch
      const asset = { code, scale, issuer: init.own }
      const body = { batch: batch.batch, root, count: batch.leaves.length, amount, asset, expiry }
      book.link(batch.batch, await log.order('value/batch', body))
    }
    return linked(find(batch.batch))
  }

  return {
    states,
    list: (): CardBatch[] => book.list().map(linked),
    find: (id: Uint8Array): CardBatch => linked(find(id)),
    /** Secrets are on the disk before the log knows of the batch: no card that is worth something can be lost. */
    async issue({ label, count, amount, code, scale, expiry, ...named }: BatchRequest): Promise<CardBatch> {
      if (!Number.isInteger(count) || count < 1 || count > CODES_MAX)
        throw new StageError('bad-request', `A batch has 1 to ${CODES_MAX} cards.`, { path: 'count' })
      if (amount <= 0n) throw new StageError('bad-request', 'A card is worth more than zero.', { path: 'amount' })
      if (expiry <= clock.nowMs())
        throw new StageError('bad-request', 'These cards would have run out before they are printed.', {
          path: 'expiry',
        })
      const id = named.batch ?? random.bytes(BATCH_BYTES)
      const fresh = Array.from({ length: count }, () => random.bytes(CODE_SECRET_BYTES))
      await vault.keep(id, fresh)
      const secrets = (await vault.read(id)) ?? fresh
      const leaves = secrets.map((secret, serial) => leafOf(serial, secret))
      book.add({ batch: id, label, leaves, amount, code, scale, expiry, at: clock.nowMs(), entry: null })
      return enter(find(id))
    },
    /** Takes up a batch that a crash left outside the log. */
    enter: (id: Uint8Array): Promise<CardBatch> => enter(find(id)),
    /** What somebody typed, against the batches of this community. Refusals name what is wrong with the card. */
    check(typed: string): Result<FoundCard, CardFault> {
      const card = readCard(data => hasher.sha256(data), typed)
      if (!card.ok)
        return fault('code-mistyped', `Please look at the card again: ${card.error.message}. Nothing was redeemed.`)
      const { serial, secret } = card.value
      const leaf = leafOf(serial, secret)
      const batch = book
        .startingWith(card.value.batch)
        .find(({ leaves }) => leaves[serial] !== undefined && equals(leaves[serial], leaf))
      if (batch === undefined)
        return fault(
          'code-unknown',
          'This community issued no such card. If somebody sold it to you, it is not genuine.',
        )
      const state = states(batch)[serial] ?? 'waiting'
      const until = new Date(batch.expiry).toISOString().slice(0, 10)
      if (state === 'waiting') return fault('code-unknown', 'This card was printed, but it is not worth anything yet.')
      if (state === 'used') return fault('code-used', 'This card was redeemed before; a card works once.')
      if (state === 'revoked') return fault('code-revoked', 'The community took this card back; ask at its desk.')
      if (state === 'expired')
        return fault('code-expired', `This card ran out on ${until}; ask at the desk of the community.`)
      return ok({ batch, serial, secret, state, path: cardTree(hasher, batch.leaves).path(serial) })
    },
    /** Everything that is printed of a batch, or of some of its cards; unused ones only. Throws when the secrets were forgotten. */
    async print(id: Uint8Array): Promise<PrintedCard[]> {
      const batch = linked(find(id))
      const envelope = batch.entry === null ? null : log.orderIn(batch.entry)
      if (envelope === null)
        throw new StageError('conflict', 'These cards are not in the log yet, so they are worth nothing: try again.')
      const secrets = await vault.read(id)
      if (secrets === null)
        throw new StageError('not-found', 'The secrets of these cards were forgotten; nobody can print them again.')
      const tree = cardTree(hasher, batch.leaves)
      const now = states(batch)
      return secrets.flatMap((secret, serial) => {
        if (now[serial] !== 'good') return []
        const text = writeCard(data => hasher.sha256(data), { batch: id, serial, secret })
        return [{ serial, text, file: { envelope, serial, secret, path: tree.path(serial) } }]
      })
    },
    /** Takes back these cards, or all that nobody redeemed: their value returns to the desk. Answers how many. */
    async revoke(id: Uint8Array, serials: readonly number[]): Promise<number> {
      const batch = find(id)
      const open = states(batch).flatMap((state, serial) => (state === 'good' || state === 'expired' ? [serial] : []))
      const wanted = serials.length === 0 ? open : [...new Set(serials)].sort((a, b) => a - b)
      const gone = wanted.find(serial => !open.includes(serial))
      if (gone !== undefined)
        throw new StageError(
          'code-used',
          `Card ${gone} of this batch is used, revoked, or not there: nothing was revoked.`,
        )
      if (wanted.length === 0) throw new StageError('conflict', 'No card of this batch is left to be revoked.')
      book.revoke(id, wanted)
      await log.order('value/batch-revoke', { batch: id, serials: wanted })
      return wanted.length
    },
    /** Deletes the secrets: what was printed still works, and nothing can be printed again. */
    forget: (id: Uint8Array): Promise<boolean> => vault.forget(find(id).batch),
  }
}

export type CardDesk = ReturnType<typeof createCardDesk>
