import { equals } from 'uint8arrays/equals'
import { createReservationBook, type ReservationBook } from '#src/value/reservations.ts'
import { hex } from '../keys.ts'

/** What a quote promised room for. Amounts are fine units. */
export interface Promised {
  readonly id: string
  readonly source: Uint8Array
  readonly payee: string
  readonly code: string
  readonly scale: number
  readonly amount: bigint
  readonly expiry: number
}

/** Room on credit lines that outstanding quotes keep, one book for each neighbour and asset. Lost with the process. */
export function createRooms() {
  const books = new Map<string, ReservationBook>()
  let promised: Promised[] = []
  const bookOf = ({ source, code, scale }: Pick<Promised, 'source' | 'code' | 'scale'>): ReservationBook => {
    const name = `${hex(source)}/${code}/${scale}`
    const book = books.get(name) ?? createReservationBook()
    books.set(name, book)
    return book
  }
  return {
    reserved: (of: Pick<Promised, 'source' | 'code' | 'scale'>, now: number): bigint => bookOf(of).reserved(now),
    /** False when too many quotes are outstanding. */
    keep(room: Promised, now: number): boolean {
      promised = promised.filter(({ expiry }) => expiry >= now)
      if (!bookOf(room).reserve(room.id, room.amount, room.expiry, now)) return false
      promised.push(room)
      return true
    },
    /** A payment arrived: the room of one quote like it is free. */
    arrived(source: Uint8Array, payee: string, amount: bigint): void {
      const at = promised.findIndex(
        room => room.amount === amount && room.payee === payee && equals(room.source, source),
      )
      const [room] = at < 0 ? [] : promised.splice(at, 1)
      if (room !== undefined) bookOf(room).release(room.id)
    },
  }
}

export type Rooms = ReturnType<typeof createRooms>
