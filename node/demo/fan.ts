import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { SubmitResult } from '#protocols/api/v1/schemas.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import type { DemoStage } from './stage.ts'

/** A person with a page open: a key that never leaves them, and the stage whose page they look at. */
export class Fan {
  readonly name: string
  readonly stage: DemoStage
  /** Ed25519 public key, hex. */
  readonly key: string
  readonly #publicKey: Uint8Array
  readonly #privateKey: KeyObject
  #lastOrder = 0

  constructor(name: string, stage: DemoStage) {
    this.name = name
    this.stage = stage
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    this.#privateKey = privateKey
    this.#publicKey = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'))
    this.key = Buffer.from(this.#publicKey).toString('hex')
  }

  /** Signs one event to a community and gives it to their own stage. */
  async say(community: string, type: string, body: unknown): Promise<SubmitResult> {
    const { next } = await this.stage.api<{ next: number }>(`/authors/${this.key}/seq?community=${community}`)
    return this.#submit(community, type, body, next)
  }

  async #submit(community: string, type: string, body: unknown, seq: number): Promise<SubmitResult> {
    const address = new Uint8Array(Buffer.from(community, 'hex'))
    const payload = encodePayload({
      ...{ type, author: this.#publicKey, community: address, seq, at: Date.now(), body },
    })
    const signature = sign(null, signedBytes(type, payload), this.#privateKey)
    const envelope = Buffer.from(encodeEnvelope(payload, new Uint8Array(signature))).toString('base64')
    return this.stage.api<SubmitResult>('/events', { envelope })
  }

  /** Signs one order to a community's ledger, whose sequences are times, and gives it to their own stage. */
  async order<T extends OrderType>(community: string, type: T, body: OrderBodies[T]): Promise<SubmitResult> {
    this.#lastOrder = Math.max(Date.now(), this.#lastOrder + 1)
    return this.#submit(community, type, body, this.#lastOrder)
  }

  chat(community: string, text: string): Promise<SubmitResult> {
    return this.say(community, 'engagement/chat', { room: 'main', name: this.name, text })
  }
}
