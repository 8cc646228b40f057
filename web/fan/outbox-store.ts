/** One envelope, signed and ready: the same bytes are handed in until the stage answers. */
export interface Signed {
  /** base64, as `POST /events` takes it. */
  readonly envelope: string
  /** Hex. */
  readonly id: string
  readonly seq: number
}

/** One thing said that the stage has not confirmed. */
export interface Entry {
  /** Order in which things were said on this device. */
  readonly n: number
  /** Key of who said it, hex: no other key signs it unasked. */
  readonly author: string
  readonly community: string
  readonly type: string
  readonly body: unknown
  /** When it was said, ms. */
  readonly at: number
  readonly signed: Signed | null
  /** Why the stage refused it, in a sentence. */
  readonly refused: string | null
}

/** Entries in the order in which they were said. Each call is one step that no other tab sees half done. */
export interface OutboxStore {
  add(entry: Omit<Entry, 'n'>): Promise<Entry>
  all(): Promise<Entry[]>
  /** Answers the changed entry; null when it is gone. */
  change(n: number, change: (entry: Entry) => Entry): Promise<Entry | null>
  remove(n: number): Promise<void>
}

const NAME = 'bandstand-outbox'
const STORE = 'entries'

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Entries that outlast the page, in a database of their own. Throws where the browser has none to give. */
export async function openOutboxStore(): Promise<OutboxStore> {
  const opening = indexedDB.open(NAME, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'n', autoIncrement: true })
  const database = await answered(opening)

  const inStore = async <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => Promise<T>): Promise<T> => {
    const transaction = database.transaction(STORE, mode, { durability: 'strict' })
    const kept = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    const [result] = await Promise.all([act(transaction.objectStore(STORE)), kept])
    return result
  }

  return {
    add: entry => inStore('readwrite', async store => ({ ...entry, n: Number(await answered(store.add(entry))) })),
    all: () => inStore('readonly', store => answered(store.getAll() as IDBRequest<Entry[]>)),
    change: (n, change) =>
      inStore('readwrite', async store => {
        const entry = (await answered(store.get(n))) as Entry | undefined
        if (entry === undefined) return null
        const changed = change(entry)
        await answered(store.put(changed))
        return changed
      }),
    remove: n => inStore('readwrite', async store => void (await answered(store.delete(n)))),
  }
}

/** Entries as long as the page is open: where the browser keeps nothing. */
export function memoryOutboxStore(): OutboxStore {
  const entries = new Map<number, Entry>()
  let last = 0
  return {
    async add(entry) {
      const added = { ...entry, n: ++last }
      entries.set(added.n, added)
      return added
    },
    all: async () => [...entries.values()],
    async change(n, change) {
      const entry = entries.get(n)
      if (entry === undefined) return null
      const changed = change(entry)
      entries.set(n, changed)
      return changed
    },
    async remove(n) {
      entries.delete(n)
    },
  }
}
