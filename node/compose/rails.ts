import { join } from 'node:path'
import { equals } from 'uint8arrays/equals'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import type { OwnLog } from '../ports/ledger.ts'
import type { Rails } from '../ports/settling.ts'
import { createCashRail } from '../rails/cash/cash-rail.ts'
import { createDesk } from '../rails/cash/desk.ts'
import { createCardCalls } from '../rails/codes/card-calls.ts'
import { type CardLog, createCardDesk } from '../rails/codes/card-desk.ts'
import { createCodesRail } from '../rails/codes/codes-rail.ts'
import { createCardVault } from '../rails/codes/vault.ts'
import { openEvmRail } from '../rails/evm/open-evm-rail.ts'
import { openDeskStores } from '../store/desk/open-desk.ts'
import type { Door } from './door.ts'
import type { Cleanup, Foundation } from './foundation.ts'

/** How far back the order is looked for that issued a batch, when a crash came between log and book. */
const LOOKED_AT = 5_000

/** The order in an entry of the own log. */
function orderIn(ledger: OwnLog, index: number): Uint8Array | null {
  const record = ledger.record(index)
  const entry = record === null ? null : decodeEntry(record.entry)
  return entry?.ok && 'order' in entry.value ? entry.value.order : null
}

const cardLog = (ledger: OwnLog, { author }: Door): CardLog => ({
  batch: ledger.batch,
  order: async (type, body) => (await author.order(type, body)).receipt as number,
  orderIn: index => orderIn(ledger, index),
  entryOf(batch) {
    const found = ledger.recent(LOOKED_AT).find(({ index, kind }) => {
      const bytes = kind === 'issue' ? orderIn(ledger, index) : null
      const envelope = bytes === null ? null : decodeEnvelope(bytes)
      const order = envelope?.ok ? readOrder(envelope.value.type, envelope.value.body) : null
      return order?.ok && order.value.type === 'value/batch' && Buffer.compare(order.value.batch, batch) === 0
    })
    return found?.index ?? null
  },
})

/** Ways in which value enters and leaves outside the log: the desk and its cards always, other rails where they are set up. */
export async function openRails(base: Foundation, door: Door, cleanup: Cleanup) {
  const { own, ledger, settings } = base
  const stores = openDeskStores(settings.dataDir, cleanup)
  const desk = createDesk({ ...base, book: stores.deskBook })
  const cards = createCardDesk({
    ...base,
    book: stores.cardBook,
    vault: createCardVault(join(settings.dataDir, 'cards')),
    log: cardLog(ledger, door),
  })
  const evm = settings.rails.evm === null ? [] : [await openEvmRail(settings.rails.evm, { ...base, ...settings })]
  const codes = createCodesRail({
    ...base,
    cards,
    orderIn: entry => orderIn(ledger, entry),
    isIssued: (community, batch) =>
      equals(community, own)
        ? ledger.batch(batch) !== null
        : base.copies.holding(community, `codes:${Buffer.from(batch).toString('hex')}`) > 0n,
  })
  const all = [createCashRail({ ...base, desk }), codes, ...evm]
  const rails: Rails = { find: id => all.find(rail => rail.id === id) ?? null, list: () => all }
  const ownName = (): string => door.catalog.nameOf(own)
  return { ...stores, desk, rails, cardCalls: createCardCalls({ ...base, ...door, cards, ownName }) }
}
