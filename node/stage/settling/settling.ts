import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { Desk, DeskWords } from '#node/ports/desk.ts'
import type { SettlementRow } from '#node/ports/settlements.ts'
import { decodeSettlement } from '#protocols/value/v1/settlement.ts'
import type { SettlingInit } from './parts.ts'
import { createPayingSide, type Proposal } from './pay.ts'
import { createTakingSide } from './take.ts'

export interface FullSettlingInit extends SettlingInit {
  readonly desk: Desk
}

/** Settlements of this community, as debtor and as creditor. */
export function createSettling(init: FullSettlingInit) {
  const { own, book, desk } = init
  const paying = createPayingSide(init)
  const taking = createTakingSide(init)

  const isDebtor = (row: SettlementRow): boolean => equals(row.debtor, own)

  const find = (id: Uint8Array): SettlementRow => {
    const row = book.find(id)
    if (row === null)
      throw new StageError('not-found', 'There is no such settlement; `bandstand settle list` shows them.')
    return row
  }

  const advance = async (row: SettlementRow): Promise<SettlementRow> => {
    if (isDebtor(row)) await paying.advance(row.id)
    else {
      const answer = await taking.advance(row.id)
      // The debtor need not ask again; where it is away, it does.
      if (answer.ok && row.receipt !== null) await init.show(row.debtor, { note: answer.value, receipt: row.receipt })
    }
    return find(row.id)
  }

  /** What people at the desk say about a payment that is theirs to make, or to receive. */
  const atDesk = async (row: SettlementRow, words: DeskWords): Promise<void> => {
    const { id, debtor, amount, code, scale } = row
    if (!isDebtor(row)) desk.ask({ id, direction: 'in', other: debtor, amount, code, scale, memo: id })
    const confirmed = await desk.confirm(id, words)
    if (!confirmed.ok) throw new StageError(confirmed.error.code, confirmed.error.message)
  }

  return {
    /** From another stage: see `SettlingHandlers`. */
    taken: (peer: Uint8Array, shown: Parameters<typeof taking.settle>[1]) => {
      const note = decodeSettlement(shown.note)
      const isBack = note.ok && equals(note.value.debtor, own) && equals(note.value.creditor, peer)
      return isBack ? paying.brought(shown.note) : taking.settle(peer, shown)
    },
    list: (limit: number): SettlementRow[] => book.list(limit),
    isDebtor,
    async propose(proposal: Proposal): Promise<SettlementRow> {
      return advance(await paying.propose(proposal))
    },
    /** Somebody at the desk says that it was paid, or that it arrived; with another rail: looks again now. */
    async confirm(id: Uint8Array, words: DeskWords): Promise<SettlementRow> {
      const row = find(id)
      const waits = row.state === (isDebtor(row) ? 'paying' : 'asked')
      // Asking first puts it into the desk's book, where it may be confirmed.
      if (waits && isDebtor(row)) await paying.advance(id)
      if (waits && row.rail === desk.rail) await atDesk(row, words)
      return advance(row)
    },
    /** Somebody at the desk says that it will not be paid, or did not arrive. Refused once it was signed. */
    async refuse(id: Uint8Array): Promise<SettlementRow> {
      const row = find(id)
      if (row.state !== (isDebtor(row) ? 'paying' : 'asked'))
        throw new StageError('conflict', 'This settlement is past the point where it can be taken back.')
      if (isDebtor(row)) {
        const refused = row.rail === desk.rail ? desk.refuse(id) : null
        if (refused === null)
          throw new StageError('conflict', 'Only the cash desk can say so; this rail decides by itself.')
        if (!refused.ok) throw new StageError(refused.error.code, refused.error.message)
        return advance(row)
      }
      book.update(id, { state: 'failed', said: 'Somebody at the desk said that it did not arrive.' })
      init.changed(row.debtor)
      return find(id)
    },
    /** Takes up whatever is open, with one community or with all. Never throws. */
    async resume(community: Uint8Array | null = null): Promise<void> {
      const isMeant = (row: SettlementRow): boolean =>
        community === null || equals(row.debtor, community) || equals(row.creditor, community)
      for (const row of book.open().filter(isMeant)) await advance(row).catch(init.failed)
    },
  }
}

export type Settling = ReturnType<typeof createSettling>
