import type { SubmitResult, Wallet } from '#protocols/api/v1/schemas.ts'
import {
  type Api,
  ApiError,
  type Fan,
  type FanIdentity,
  type KeptPromise,
  m,
  type Said,
  Store,
  sayable,
  translated,
  type Waiting,
} from '#web/kit/mod.ts'
import { fromHex, toHex } from './encoding.ts'
import { obtainKey } from './keys.ts'
import type { openOutbox } from './open-outbox.ts'
import { addPromise, keptPromises } from './promises.ts'
import { readKey, type StoredKey } from './vault.ts'

const NAME_KEY = 'bandstand-name'
/** As `NAME_MAX` of the wire; kept here so that the wire codecs stay out of the first load. */
const NAME_LENGTH_MAX = 40
/** A sequence number taken by another tab is asked for again this often. */
const ATTEMPTS_MAX = 3
const WRONG_ANSWER = m(
  'The stage answered about something else than you signed. Look at your receipts before you try again.',
)
/** Answers that a fresh sequence number can mend. */
const RETRIABLE = new Set(['conflict'])

/** The person at this page: a key on this device, a name they claim, and their signed events. */
export class LocalFan implements Fan {
  readonly identity = new Store<FanIdentity | null>(null)
  readonly promises = new Store<readonly KeptPromise[]>(keptPromises())
  readonly waiting = new Store<readonly Waiting[]>([])
  readonly #api: Api
  #outbox: ReturnType<typeof openOutbox> | null = null
  #key: Promise<StoredKey> | null = null
  readonly #lanes = new Map<string, Promise<unknown>>()
  readonly #lastOrder = new Map<string, number>()

  constructor(api: Api) {
    this.#api = api
  }

  /** Shows who is here when a key exists already; a visitor who only listens gets none. */
  async restore(): Promise<void> {
    const known = await readKey()
    if (known !== undefined) this.#adopt(known)
  }

  async ready(): Promise<FanIdentity> {
    await this.#obtain()
    return this.identity.get() as FanIdentity
  }

  rename(name: string): void {
    const clean = sayable(name.replace(/\s+/g, ' ')).slice(0, NAME_LENGTH_MAX).toWellFormed()
    localStorage.setItem(NAME_KEY, clean)
    this.identity.update(identity => (identity === null ? null : { ...identity, name: clean }))
  }

  async send(community: string, type: string, body: unknown): Promise<Said> {
    await this.#obtain()
    return (await this.#opened()).send(community, type, body)
  }

  async flush(): Promise<void> {
    await (await this.#opened()).flush()
  }

  async again(n: number): Promise<void> {
    await (await this.#opened()).again(n)
  }

  async drop(n: number): Promise<void> {
    await (await this.#opened()).drop(n)
  }

  /** Loaded when something is said, or when the page is quiet. */
  #opened(): ReturnType<typeof openOutbox> {
    this.#outbox ??= import('./open-outbox.ts').then(module =>
      module.openOutbox(this.#api, () => this.#obtain(), this.waiting),
    )
    this.#outbox.catch(() => {
      this.#outbox = null
    })
    return this.#outbox
  }

  order(community: string, type: string, body: unknown, about: string): Promise<SubmitResult> {
    return this.#inLane(community, async () => {
      const result = await this.#submitOrder(community, type, body)
      if (result.ack !== null && result.receipt !== null)
        this.promises.set(addPromise({ community, index: result.receipt, ack: result.ack, about, at: Date.now() }))
      return result
    })
  }

  async sign(community: string, type: string, body: unknown, seq?: number): Promise<{ envelope: string; seq: number }> {
    const [key, { composeEnvelope }] = await Promise.all([this.#obtain(), import('./compose.ts')])
    const at = Date.now()
    const used = seq ?? this.#nextOrder(community, at)
    const { envelope } = await composeEnvelope(key, { type, community: fromHex(community), seq: used, at, body })
    return { envelope, seq: used }
  }

  /** An order's sequence is the time, or one more than the last: it need not be asked for. */
  #nextOrder(community: string, at: number): number {
    const seq = Math.max(at, (this.#lastOrder.get(community) ?? 0) + 1)
    this.#lastOrder.set(community, seq)
    return seq
  }

  /** One at a time for each community. */
  #inLane(community: string, work: () => Promise<SubmitResult>): Promise<SubmitResult> {
    const before = this.#lanes.get(community) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#lanes.set(community, mine)
    return mine
  }

  async #submitOrder(community: string, type: string, body: unknown): Promise<SubmitResult> {
    const [key, { composeEnvelope }] = await Promise.all([this.#obtain(), import('./compose.ts')])
    for (let attempt = 1; ; attempt++) {
      const at = Date.now()
      const seq = this.#nextOrder(community, at)
      const { envelope, id } = await composeEnvelope(key, { type, community: fromHex(community), seq, at, body })
      try {
        const result = await this.#api.send<SubmitResult>('POST', '/events', { envelope })
        if (result.id !== id) throw new ApiError('internal', translated(WRONG_ANSWER), 0)
        return result
      } catch (cause) {
        if (!(cause instanceof ApiError) || !RETRIABLE.has(cause.code) || attempt >= ATTEMPTS_MAX) throw cause
        // Another device with the same key, or a clock that was set back: the ledger knows the last one.
        const { seq: last } = await this.#api.get<Wallet>(`/wallets/${toHex(key.publicKey)}`)
        this.#lastOrder.set(community, last)
      }
    }
  }

  async #obtain(): Promise<StoredKey> {
    this.#key ??= obtainKey()
    const key = await this.#key
    if (this.identity.get() === null) this.#adopt(key)
    return key
  }

  #adopt(key: StoredKey): void {
    this.#key = Promise.resolve(key)
    this.identity.set({ key: toHex(key.publicKey), name: localStorage.getItem(NAME_KEY) ?? '' })
  }
}
