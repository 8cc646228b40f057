import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import type { Asked, Desk, DeskBook, DeskFault, DeskRow } from '#node/ports/desk.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { deskNoteMessage, encodeDeskNote } from '#protocols/value/v1/desk-note.ts'
import type { Clock, Hasher, Random, Signer } from '#src/kernel/ports.ts'

/** Exactly as many as the ledger's references: with a free length one commitment would open to several texts. */
const SALT_BYTES = 32

export const CASH_RAIL = 'cash'

export interface DeskInit {
  readonly signer: Signer
  readonly book: DeskBook
  readonly hasher: Hasher
  readonly random: Random
  readonly clock: Clock
}

const sameRequest = (row: DeskRow, asked: Asked): boolean =>
  row.direction === asked.direction &&
  Buffer.compare(row.other, asked.other) === 0 &&
  row.amount === asked.amount &&
  row.code === asked.code &&
  row.scale === asked.scale &&
  Buffer.compare(row.memo, asked.memo) === 0

/** The desk of one community. */
export function createDesk({ signer, book, hasher, random, clock }: DeskInit): Desk {
  const ask = (asked: Asked): DeskRow | null => {
    const blank = { kind: 'cash', state: 'pending', decidedAt: null, note: null, entry: null, words: null } as const
    book.add({ ...asked, ...blank, at: clock.nowMs() })
    const row = book.find(asked.id)
    return row !== null && sameRequest(row, asked) ? row : null
  }

  const decided = (id: Uint8Array): Result<DeskRow, DeskFault> => {
    const row = book.find(id)
    return row === null
      ? err({ code: 'not-found', message: 'The desk has no note of that name.' })
      : row.state === 'confirmed'
        ? ok(row)
        : err({ code: 'conflict', message: 'Somebody at the desk said already that this did not take place.' })
  }

  return {
    rail: CASH_RAIL,
    ask,
    async confirm(id, { kind, text }) {
      const row = book.find(id)
      if (row === null || row.state !== 'pending') return decided(id)
      const salt = random.bytes(SALT_BYTES)
      const words = text === '' ? null : hasher.sha256(concat([salt, fromString(text)]))
      const { direction, other, amount, code, scale, memo } = row
      const at = clock.nowMs()
      const note = { community: signer.publicKey, id, direction, kind, other, amount, code, scale, memo, words, at }
      const signature = await signer.sign(deskNoteMessage(note))
      book.decide(id, {
        state: 'confirmed',
        decidedAt: at,
        note: encodeDeskNote({ ...note, signature }),
        kind,
        words: text === '' ? null : { salt, text },
      })
      return decided(id)
    },
    refuse(id) {
      const row = book.find(id)
      if (row === null) return err({ code: 'not-found', message: 'The desk has no note of that name.' })
      const kept = { kind: row.kind, words: row.words, note: null }
      const isNew = book.decide(id, { ...kept, state: 'failed', decidedAt: clock.nowMs() })
      if (!isNew && row.state === 'confirmed')
        return err({
          code: 'conflict',
          message: 'Somebody at the desk confirmed this already; it cannot be taken back.',
        })
      return ok(book.find(id) ?? row)
    },
    find: book.find,
    received: memo => book.byMemo('in', memo),
    list: book.list,
    link: book.link,
    eraseWords: book.eraseWords,
  }
}
