/** Most quotes that are kept outstanding for one neighbour: each is a promise somebody has to keep. */
export const QUOTES_OUTSTANDING_MAX = 256

interface Reservation {
  readonly amount: bigint
  readonly expiry: number
}

/**
 * What outstanding quotes have promised, so that together they do not exceed a line. Lives beside the log: whoever loses it
 * has promised more than it can keep, refuses the order, and the payer's money returns. One book for each neighbour and asset.
 */
export interface ReservationBook {
  /** Fine units promised at `now`. */
  reserved(now: number): bigint
  /** False when too many are outstanding. The same id again replaces its reservation. */
  reserve(id: string, amount: bigint, expiry: number, now: number): boolean
  /** The transfer came, or the quote is not wanted. */
  release(id: string): void
}

export function createReservationBook(most: number = QUOTES_OUTSTANDING_MAX): ReservationBook {
  const book = new Map<string, Reservation>()
  const sweep = (now: number): void => {
    for (const [id, { expiry }] of book) if (now > expiry) book.delete(id)
  }
  return {
    reserved(now) {
      let sum = 0n
      for (const { amount, expiry } of book.values()) if (now <= expiry) sum += amount
      return sum
    },
    reserve(id, amount, expiry, now) {
      sweep(now)
      if (amount < 0n || now > expiry || (book.size >= most && !book.has(id))) return false
      book.set(id, { amount, expiry })
      return true
    },
    release(id) {
      book.delete(id)
    },
  }
}
