export type InStore = <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) => Promise<T>

/**
 * One object store in a database of its own, opened for each step and closed after it. A step is one transaction: it
 * resolves when that is complete, to what its request answered, and rejects when it was undone.
 */
export function inObjectStore(database: string, store: string, options?: IDBObjectStoreParameters): InStore {
  const open = (): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(database, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(store, options)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  return async (mode, act) => {
    const opened = await open()
    try {
      return await new Promise((resolve, reject) => {
        const transaction = opened.transaction(store, mode)
        const request = act(transaction.objectStore(store))
        transaction.oncomplete = () => resolve(request.result)
        transaction.onabort = () => reject(transaction.error)
      })
    } finally {
      opened.close()
    }
  }
}
