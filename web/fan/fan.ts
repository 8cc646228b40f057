import type { SubmitResult, Wallet } from '#protocols/api/v1/schemas.ts'
import { type Api, ApiError, type Fan, type FanIdentity, type KeptPromise, Store, sayable } from '#web/kit/mod.ts'
import { fromHex, toHex } from './encoding.ts'
import { obtainKey } from './keys.ts'
import { addPromise, keptPromises } from './promises.ts'
import { readKey, type StoredKey } from './vault.ts'

const NAME_KEY = 'bandstand-name'
/** As `NAME_MAX` of the wire; kept here so that the wire codecs stay out of the first load. */
const NAME_LENGTH_MAX = 40
/** A sequence number taken by another tab is asked for again this often. */
const ATTEMPTS_MAX = 3
const WRONG_ANSWER =
  'The stage answered about something else than you signed. Look at your receipts before you try again.'
/** Answers that a fresh sequence number can mend. */
const RETRIABLE = new Set(['conflict'])

/** The person at this page: a key on this device, a name they claim, and their signed events. */
export class LocalFan implements Fan {
  readonly identity = new Store<FanIdentity | null>(null)
  readonly promises = new Store<readonly KeptPromise[]>(keptPromises())
  readonly #api: Api
  #key: Promise<StoredKey> | null = null
  readonly #lanes = new Map<string, Promise<unknown>>()
  readonly #next = new Map<string, number>()
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

  send(community: string, type: string, body: unknown): Promise<SubmitResult> {
    return this.#inLane(community, () => this.#submit(community, type, body))
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
        if (result.id !== id) throw new ApiError('internal', WRONG_ANSWER, 0)
        return result
      } catch (cause) {
        if (!(cause instanceof ApiError) || !RETRIABLE.has(cause.code) || attempt >= ATTEMPTS_MAX) throw cause
        // Another device with the same key, or a clock that was set back: the ledger knows the last one.
        const { seq: last } = await this.#api.get<Wallet>(`/wallets/${toHex(key.publicKey)}`)
        this.#lastOrder.set(community, last)
      }
    }
  }

  async #submit(community: string, type: string, body: unknown): Promise<SubmitResult> {
    const [key, { composeEnvelope }] = await Promise.all([this.#obtain(), import('./compose.ts')])
    for (let attempt = 1; ; attempt++) {
      const seq = this.#next.get(community) ?? (await this.#askNext(key, community))
      const composed = await composeEnvelope(key, {
        type,
        community: fromHex(community),
        seq,
        at: Date.now(),
        body,
      })
      try {
        const result = await this.#handIn(composed)
        this.#next.set(community, seq + 1)
        return result
      } catch (cause) {
        this.#next.delete(community)
        if (!(cause instanceof ApiError) || !RETRIABLE.has(cause.code) || attempt >= ATTEMPTS_MAX) throw cause
      }
    }
  }

  /** A flooded room asks a new key for work: it is done beside the page, and the same event handed in again. */
  async #handIn({ envelope, id }: { readonly envelope: string; readonly id: string }): Promise<SubmitResult> {
    let asked: Record<string, unknown> = { envelope }
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#api.send<SubmitResult>('POST', '/events', asked)
      } catch (cause) {
        if (!(cause instanceof ApiError) || cause.code !== 'work-needed' || attempt >= ATTEMPTS_MAX) throw cause
        const { solveWork } = await import('./work.ts')
        asked = { envelope, work: await solveWork(id, cause.bits) }
      }
    }
  }

  async #askNext(key: StoredKey, community: string): Promise<number> {
    const answer = await this.#api.get<{ next: number }>(`/authors/${toHex(key.publicKey)}/seq?community=${community}`)
    return answer.next
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
