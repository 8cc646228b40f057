import type { SubmitResult } from '#protocols/api/v1/schemas.ts'
import { type Api, ApiError, t } from '#web/kit/mod.ts'
import { composeEnvelope } from './compose.ts'
import { fromHex, toHex } from './encoding.ts'
import type { Signed } from './outbox-store.ts'
import type { StoredKey } from './vault.ts'

/** A sequence number taken by another tab, or work that was not enough, is asked for again this often. */
const ATTEMPTS_MAX = 3

/** Signs events with the next sequence of their author, and hands them in. */
export class Sender {
  readonly #api: Api
  readonly #key: () => Promise<StoredKey>
  /** Next sequence by community, as far as this page knows. */
  readonly #next = new Map<string, number>()
  readonly #lanes = new Map<string, Promise<unknown>>()

  constructor(api: Api, key: () => Promise<StoredKey>) {
    this.#api = api
    this.#key = key
  }

  /** Signs now. Throws `ApiError` when the next sequence has to be asked for and nobody answers. */
  async sign(community: string, type: string, body: unknown): Promise<Signed> {
    const key = await this.#key()
    const seq = this.#next.get(community) ?? (await this.#askNext(key, community))
    const payload = { type, community: fromHex(community), seq, at: Date.now(), body }
    return { ...(await composeEnvelope(key, payload)), seq }
  }

  /** Hands in. A flooded room asks a new key for work: it is done beside the page, and the same event handed in again. */
  async post(community: string, { envelope, id, seq }: Signed): Promise<SubmitResult> {
    let asked: Record<string, unknown> = { envelope }
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.#api.send<SubmitResult>('POST', '/events', asked)
        if (result.id !== id) throw new ApiError('internal', t`The stage answered about something else.`, 0)
        this.#next.set(community, Math.max(seq + 1, this.#next.get(community) ?? 0))
        return result
      } catch (cause) {
        this.#next.delete(community)
        if (!(cause instanceof ApiError) || cause.code !== 'work-needed' || attempt >= ATTEMPTS_MAX) throw cause
        asked = { envelope, work: await this.#work(id, cause) }
      }
    }
  }

  /** Signs and hands in at once, one at a time for each community. */
  send(community: string, type: string, body: unknown): Promise<SubmitResult> {
    const before = this.#lanes.get(community) ?? Promise.resolve()
    const work = (): Promise<SubmitResult> => this.#sendNow(community, type, body)
    const mine = before.then(work, work)
    this.#lanes.set(community, mine)
    return mine
  }

  async #sendNow(community: string, type: string, body: unknown): Promise<SubmitResult> {
    for (let attempt = 1; ; attempt++) {
      const signed = await this.sign(community, type, body)
      try {
        return await this.post(community, signed)
      } catch (cause) {
        if (!(cause instanceof ApiError) || cause.code !== 'conflict' || attempt >= ATTEMPTS_MAX) throw cause
      }
    }
  }

  async #work(id: string, refusal: ApiError): Promise<number> {
    const { solveWork } = await import('./work.ts')
    return solveWork(id, refusal.bits).catch(() => {
      throw refusal
    })
  }

  async #askNext(key: StoredKey, community: string): Promise<number> {
    const answer = await this.#api.get<{ next: number }>(`/authors/${toHex(key.publicKey)}/seq?community=${community}`)
    return answer.next
  }
}
