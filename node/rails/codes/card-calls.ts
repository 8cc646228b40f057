import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { CardBatch } from '#node/ports/cards.ts'
import type { CardsApi } from '#node/ports/desk-api.ts'
import type { CardBatchInfo } from '#protocols/api/v1/desk-schemas.ts'
import type { AssetInfo } from '#protocols/api/v1/schemas.ts'
import { writeCard } from '#protocols/value/v1/card.ts'
import { type CardFile, cardText, parseCardText } from '#protocols/value/v1/card-file.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { checkCard } from '#src/value/check-card.ts'
import type { CardDesk } from './card-desk.ts'

export interface CardCallsInit {
  readonly own: Uint8Array
  readonly cards: CardDesk
  readonly asset: AssetInfo
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  readonly ownName: () => string
}

const KEY = /^[0-9a-f]{64}$/
const hex = (bytes: Uint8Array): string => asText(bytes, 'hex')

function idOf(text: string): Uint8Array {
  if (KEY.test(text)) return new Uint8Array(Buffer.from(text, 'hex'))
  throw new StageError('bad-request', 'A batch is named by 64 hex digits, as `bandstand code list` shows them.')
}

/** Cards over the API. */
export function createCardCalls({ own, cards, asset, ...init }: CardCallsInit): CardsApi {
  const info = (batch: CardBatch): CardBatchInfo => {
    const states = cards.states(batch)
    const count = (state: string): number => states.filter(one => one === state).length
    return {
      batch: hex(batch.batch),
      label: batch.label,
      count: batch.leaves.length,
      amount: String(batch.amount),
      asset: { code: batch.code, scale: batch.scale, issuer: asset.issuer },
      expiry: batch.expiry,
      at: batch.at,
      entry: batch.entry,
      good: count('good'),
      used: count('used'),
      revoked: count('revoked'),
    }
  }

  /** The text of a QR code is checked as it stands, then like what is typed from the same card. */
  const typedFrom = (file: CardFile): string => {
    const genuine = checkCard(init, file, init.clock.nowMs(), own)
    if (!genuine.ok)
      throw new StageError(
        genuine.error.code === 'wrong-community' ? 'not-for-you' : genuine.error.code,
        genuine.error.message,
      )
    const { batch } = genuine.value.batch
    return writeCard(data => init.hasher.sha256(data), { batch, serial: file.serial, secret: file.secret })
  }

  return {
    cardBatches: () => cards.list().map(info),
    async issueCards({ count, amount, expiry, label }) {
      const { code, scale } = asset
      return info(await cards.issue({ count, amount: BigInt(amount), expiry, label, code, scale }))
    },
    async printCards(batch) {
      const printed = await cards.print(idOf(batch))
      return {
        batch: info(cards.find(idOf(batch))),
        communityName: init.ownName(),
        cards: printed.map(({ serial, text, file }) => ({ serial, text, card: cardText(file) })),
      }
    },
    async revokeCards(batch, serials) {
      await cards.revoke(idOf(batch), serials)
      return info(cards.find(idOf(batch)))
    },
    async forgetCards(batch) {
      if (!(await cards.forget(idOf(batch))))
        throw new StageError('not-found', 'The secrets of these cards were forgotten before.')
    },
    checkCard(card) {
      const file = parseCardText(card.trim())
      const found = cards.check(file.ok ? typedFrom(file.value) : card)
      if (!found.ok) throw new StageError(found.error.code, found.error.message)
      const { batch, serial, secret, path } = found.value
      return {
        batch: hex(batch.batch),
        serial,
        secret: hex(secret),
        path: path.map(hash => asText(hash, 'base64pad')),
        amount: String(batch.amount),
        asset: { code: batch.code, scale: batch.scale, issuer: asset.issuer },
        expiry: batch.expiry,
      }
    },
  }
}
