import type { AssetInfo, StageInfo, Wallet } from '#protocols/api/v1/schemas.ts'
import { dueOf, type Meter, type MeterEvent, meterStep, startMeter } from '#src/value/meter.ts'
import { type Api, ApiError, type Fan, formatMoney, type Paying, type QueueTrack, type Store, t } from '#web/kit/mod.ts'
import { rememberCap, rememberedCap, suggestedCap } from './caps.ts'
import { membershipTill } from './membership.ts'
import { openChannelTill, openTransferTill, type Till } from './till.ts'

export interface ListeningInit {
  readonly api: Api
  readonly fan: Fan
  readonly stage: Store<StageInfo | null>
  /** What the strip above the player shows. */
  readonly paying: Store<Paying | null>
  /** Ends the sound, at the limit or when paying fails. */
  readonly stop: () => void
}

interface Session {
  till: Till
  meter: Meter
  /** What earlier tills of this session took: cumulative amounts of the current one count from here. */
  base: bigint
  track: QueueTrack
  readonly member: boolean
}

/** Signing failed so often in a row: nobody should listen for nothing, or pay twice. */
const FAILURES_MAX = 2
/** The session is unknown or over at the stage: a new one goes on where it ended. */
const ANOTHER_TILL = new Set(['conflict', 'not-found'])

const lesser = (a: bigint, b: bigint): bigint => (a <= b ? a : b)

/** Listening that is paid as it happens: asks for a limit, signs while it plays, and stops at the limit. */
export class PaidListening {
  readonly #init: ListeningInit
  #allowed: bigint | null = null
  #asked = false
  #session: Session | null = null
  #lane: Promise<unknown> = Promise.resolve()
  #acked = 0n
  #failures = 0

  constructor(init: ListeningInit) {
    this.#init = init
  }

  /** Whether the track may play now. If not, the strip says why, or asks. Throws `ApiError`. */
  async begin(track: QueueTrack): Promise<boolean> {
    const session = this.#session
    if (session?.till.serves(track) === true && session.meter.phase !== 'stopped') {
      this.#continue(session, track)
      return true
    }
    await this.leave()
    const member = await membershipTill(this.#tillInit(), track)
    if (member !== null)
      return this.#start(member.till, track, { cap: member.left, base: member.used, price: 1n }, true)
    if (track.price === null || track.price.stream === '0') return true
    const { asset } = track.price
    if (this.#allowed === null && !this.#asked) this.#allowed = rememberedCap(asset)
    const balance = await this.#balance()
    if (balance === 0n) return this.#refuse(track, balance, t`You hold no credit here, so this cannot play yet.`)
    const allowed = this.#allowed
    if (allowed === null) return this.#ask(track, balance)
    const cap = lesser(allowed, balance)
    try {
      const till = await this.#open(track, cap)
      return this.#start(till, track, { cap, base: 0n, price: BigInt(track.price.stream) }, false)
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause
      return this.#refuse(track, balance, cause.message)
    }
  }

  /** The listener's answer to the strip's question. */
  limit(cap: bigint | null): void {
    const paying = this.#init.paying.get()
    this.#asked = cap === null
    this.#allowed = cap
    if (cap === null || paying === null) this.#init.paying.set(null)
    else rememberCap(paying.asset, cap)
  }

  heard(what: 'play' | 'tick' | 'pause' | 'seek', positionMs: number): void {
    this.#step({ on: what, positionMs })
  }

  /** Settles the session, and lets go of what was set aside. */
  async leave(): Promise<void> {
    const session = this.#session
    if (session === null) {
      if (this.#init.paying.get()?.phase !== 'ask') this.#init.paying.set(null)
      return
    }
    this.#session = null
    const { meter } = meterStep(session.meter, { on: 'stop' })
    this.#init.paying.set(null)
    await this.#send(session, meter.signed, !session.member)
  }

  #tillInit() {
    const { api, fan, stage } = this.#init
    return { api, fan, home: stage.get()?.community ?? '' }
  }

  #open(track: QueueTrack, cap: bigint): Promise<Till> {
    const init = this.#tillInit()
    return track.community === init.home
      ? openChannelTill(init, track, cap, t`Set aside for listening to ${track.releaseTitle}`)
      : openTransferTill(init, track, cap)
  }

  async #balance(): Promise<bigint> {
    const { key } = await this.#init.fan.ready()
    return BigInt((await this.#init.api.get<Wallet>(`/wallets/${key}`)).balance)
  }

  #start(
    till: Till,
    track: QueueTrack,
    { cap, base, price }: { cap: bigint; base: bigint; price: bigint },
    member: boolean,
  ): true {
    const everyMs = this.#init.stage.get()?.streamIntervalMs ?? 30_000
    this.#acked = 0n
    this.#failures = 0
    this.#session = { till, track, member, base: -base, meter: startMeter({ price, cap, everyMs }) }
    this.#show(member ? 'member' : 'paying', null)
    return true
  }

  #continue(session: Session, track: QueueTrack): void {
    if (session.track.release !== track.release || session.track.index !== track.index) this.#step({ on: 'next' })
    session.track = track
    const { terms } = session.meter
    if (!session.member && track.price !== null)
      session.meter = { ...session.meter, terms: { ...terms, price: BigInt(track.price.stream) } }
    this.#show(session.member ? 'member' : 'paying', null)
  }

  #step(event: MeterEvent): void {
    const session = this.#session
    if (session === null) return
    const { meter, sign } = meterStep(session.meter, event)
    session.meter = meter
    const ends = meter.phase === 'stopped' && !session.member
    if (sign !== null) void this.#send(session, sign, ends)
    if (ends) this.#stopAtCap(session)
    else if (sign !== null) this.#show(session.member ? 'member' : 'paying', null)
  }

  #stopAtCap(session: Session): void {
    const { cap } = session.meter.terms
    const { asset } = session.track.price as { asset: AssetInfo }
    const short = this.#allowed !== null && cap < this.#allowed
    const said = short
      ? t`Your credit here is used up. Nothing more is paid.`
      : t`You reached your limit of ${formatMoney(cap, asset)}. Nothing more is paid.`
    this.#show('stopped', said)
    this.#session = null
    this.#allowed = null
    this.#asked = true
    this.#init.stop()
  }

  /** One after another, so that a later amount never overtakes an earlier one. */
  #send(session: Session, amount: bigint, last: boolean): Promise<void> {
    const { track } = session
    const mine = this.#lane.then(() => this.#deliver(session, track, amount, last))
    this.#lane = mine
    return mine
  }

  async #deliver(session: Session, track: QueueTrack, amount: bigint, last: boolean): Promise<void> {
    try {
      await this.#take(session, track, amount, last)
      this.#acked = amount
      this.#failures = 0
    } catch (cause) {
      if (!(cause instanceof ApiError)) console.error(cause)
      this.#failures++
      if (this.#failures < FAILURES_MAX || this.#session !== session) return
      this.#show('stopped', cause instanceof ApiError ? cause.message : t`Paying failed. Nothing more is paid.`)
      this.#session = null
      this.#init.stop()
    }
  }

  async #take(session: Session, track: QueueTrack, amount: bigint, last: boolean): Promise<void> {
    try {
      await session.till.take(amount - session.base, track, last)
    } catch (cause) {
      if (!(cause instanceof ApiError) || !ANOTHER_TILL.has(cause.code) || session.member) throw cause
      // The stage ended the session meanwhile: a pause, a restart, another payment of the listener.
      if (amount === this.#acked) return
      session.till = await this.#open(track, session.meter.terms.cap - this.#acked)
      session.base = this.#acked
      await session.till.take(amount - session.base, track, last)
    }
  }

  #ask(track: QueueTrack, balance: bigint): false {
    const { asset, stream } = track.price as NonNullable<QueueTrack['price']>
    const cap = suggestedCap(asset)
    this.#init.paying.set({
      phase: 'ask',
      track,
      asset,
      price: BigInt(stream),
      spent: 0n,
      cap,
      balance,
      sentence: null,
    })
    return false
  }

  #refuse(track: QueueTrack, balance: bigint, sentence: string): false {
    const { asset, stream } = track.price as NonNullable<QueueTrack['price']>
    const cap = suggestedCap(asset)
    this.#init.paying.set({ phase: 'stopped', track, asset, price: BigInt(stream), spent: 0n, cap, balance, sentence })
    return false
  }

  #show(phase: Paying['phase'], sentence: string | null): void {
    const session = this.#session
    const price = session?.track.price
    if (session === null || price == null) {
      this.#init.paying.set(null)
      return
    }
    const { meter, track } = session
    this.#init.paying.set({
      phase,
      track,
      asset: price.asset,
      price: BigInt(price.stream),
      spent: phase === 'stopped' ? dueOf(meter) : meter.signed,
      cap: meter.terms.cap,
      balance: null,
      sentence,
    })
  }
}
