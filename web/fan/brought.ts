import { MOVE_RECEIPTS_MAX, type MovedReceipt } from '#protocols/identity/v1/move.ts'
import { inObjectStore } from './object-store.ts'

const inStore = inObjectStore('bandstand-brought', 'receipts', { keyPath: ['community', 'index'] })

/** Receipts that this fan brought from other stages. None where the browser keeps nothing. */
export const broughtReceipts = (): Promise<MovedReceipt[]> =>
  inStore('readonly', store => store.getAll(undefined, MOVE_RECEIPTS_MAX) as IDBRequest<MovedReceipt[]>).catch(() => [])

/** Keeps all of them, or none: one transaction. */
export async function keepBrought(receipts: readonly MovedReceipt[]): Promise<void> {
  if (receipts.length === 0) return
  await inStore('readwrite', store => receipts.map(receipt => store.put(receipt)).at(-1) as IDBRequest<IDBValidKey>)
}
