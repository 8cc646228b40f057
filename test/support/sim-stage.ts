import { type Answer, decodeAnswer, decodeRequest, encodeMessage, type Request } from '#protocols/sync/v1/codec.ts'
import { Initiator } from '#src/engagement/reconcile/initiator.ts'
import { Responder } from '#src/engagement/reconcile/responder.ts'
import type { Step } from '#src/engagement/reconcile/step.ts'
import type { SimClock, SimNetwork, SimRandom } from './sim-network.ts'
import { parseSimEvent, type SimEvent, SimSet } from './sim-set.ts'

export const SIM_COMMUNITY = new Uint8Array(32).fill(7)
/** How long a commit takes at most: a crash within it loses the batch, or only the news of it. */
const COMMIT_MS_MAX = 15

export interface SimWorld {
  readonly clock: SimClock
  readonly random: SimRandom
  readonly network: SimNetwork
  readonly stages: SimStage[]
  /** For proving that the simulation notices: ends a session where it would reconcile. */
  readonly skipReconciliation: boolean
}

/** One stage: what is durable survives a crash, everything else does not. */
export class SimStage {
  readonly index: number
  readonly #world: SimWorld
  readonly durable = new SimSet()
  /** Raised by every crash: work of an earlier life is void. */
  #life = 0
  up = true
  readonly #committing = new Set<() => void>()

  constructor(index: number, world: SimWorld) {
    this.index = index
    this.#world = world
  }

  get life(): number {
    return this.#life
  }

  /** Makes events durable, then reports, unless the stage crashes in between. */
  commit(events: readonly SimEvent[], done: () => void): void {
    const { clock, random } = this.#world
    const life = this.#life
    const write = (): void => {
      for (const event of events) this.durable.add(event)
    }
    this.#committing.add(write)
    clock.after(random.next() * COMMIT_MS_MAX, () => {
      this.#committing.delete(write)
      if (life !== this.#life) return
      write()
      done()
    })
  }

  /** Each commit under way reached the disk or did not; either way nobody hears of it. */
  crash(): void {
    for (const write of this.#committing) if (this.#world.random.chance(0.5)) write()
    this.#committing.clear()
    this.#life++
    this.up = false
  }

  restart(): void {
    this.up = true
  }

  /** An event by gossip, or from a fan at this stage's page. Spread once it is durable and was new. */
  take(event: SimEvent, spreadTo: (stage: SimStage) => boolean = () => true): void {
    if (!this.up || this.durable.has(event.id)) return
    this.commit([event], () => {
      for (const peer of this.#world.stages)
        if (peer !== this && spreadTo(peer))
          this.#world.network.datagram(this.index, peer.index, () => peer.take(event))
    })
  }

  /** One session as the asking side. Ends silently when the stream breaks or a side crashes. */
  syncWith(peer: SimStage): void {
    if (!this.up || !peer.up || !this.#world.network.reaches(this.index, peer.index)) return
    const asker = new Initiator(SIM_COMMUNITY, this.durable)
    const answerer = new Responder(() => peer.durable)
    const lives = [this.#life, peer.life]
    const alive = (): boolean => lives[0] === this.#life && lives[1] === peer.life
    /** The answer that came while a batch was being committed. */
    let early: Answer | null = null
    let committing = false

    const ask = (step: Step<Request>): void => {
      if (step.end !== null || (this.#world.skipReconciliation && step.send?.t === 'reconcile')) return
      if (step.send !== null) this.#send(this, peer, encodeMessage(step.send), alive, answerTo)
      if (step.store === null) return
      committing = true
      this.commit(step.store.map(parseSimEvent), () => {
        if (!alive()) return
        committing = false
        const next = asker.stored()
        if (step.send === null) ask(next)
        else if (early !== null) {
          const answer = early
          early = null
          ask(asker.receive(answer))
        }
      })
    }
    const answerTo = (bytes: Uint8Array): void => {
      const request = decodeRequest(bytes)
      if (!request.ok || request.value.t === 'log') throw new Error('the asking side sent nonsense')
      const reply = (step: Step<Answer>): void =>
        this.#send(peer, this, encodeMessage(step.send as Answer), alive, hear)
      const step = answerer.receive(request.value)
      const { store } = step
      if (store === null) reply(step)
      else
        peer.commit(store.map(parseSimEvent), () => {
          if (alive()) reply(answerer.stored({ stored: store.length, refused: 0 }))
        })
    }
    const hear = (bytes: Uint8Array): void => {
      const answer = decodeAnswer(bytes)
      if (!answer.ok) throw new Error(`the answering side sent nonsense: ${answer.error.message}`)
      if (committing) early = answer.value
      else ask(asker.receive(answer.value))
    }
    ask(asker.start())
  }

  #send(
    from: SimStage,
    to: SimStage,
    bytes: Uint8Array,
    alive: () => boolean,
    deliver: (bytes: Uint8Array) => void,
  ): void {
    this.#world.network.streamed(
      from.index,
      to.index,
      () => {
        if (alive()) deliver(bytes)
      },
      () => {},
    )
  }
}
