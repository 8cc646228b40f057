import { MOVE_RECEIPTS_MAX, type MovedReceipt } from '#protocols/identity/v1/move.ts'

const STORE = 'receipts'

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('bandstand-brought', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ['community', 'index'] })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode)
      const request = act(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

/** Receipts that this fan brought from other stages. None where the browser keeps nothing. */
export const broughtReceipts = (): Promise<MovedReceipt[]> =>
  inStore('readonly', store => store.getAll(undefined, MOVE_RECEIPTS_MAX) as IDBRequest<MovedReceipt[]>).catch(() => [])

/** Keeps all of them, or none: one transaction. */
export async function keepBrought(receipts: readonly MovedReceipt[]): Promise<void> {
  if (receipts.length === 0) return
  await inStore('readwrite', store => receipts.map(receipt => store.put(receipt)).at(-1) as IDBRequest<IDBValidKey>)
}
