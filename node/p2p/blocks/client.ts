import type { Libp2p, PeerId } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { BlockResponse } from '#protocols/blocks/v1/codec.ts'
import { BLOCKS_PROTOCOL } from '#protocols/blocks/v1/constants.ts'
import { Holder } from './holder.ts'
import { BUSY_MS, HEDGE_FACTOR, HEDGE_MS_MIN, NO_HOLDER_MS, NOT_FOUND_MS, STALL_MS, TICK_MS } from './limits.ts'
import { canVerify, verifies } from './verify.ts'
import { Want, wantKey } from './want.ts'

export interface BlockClientOptions {
  readonly libp2p: Libp2p
  /** A peer sent bytes that are not the block, or broke the protocol. It is not asked again. */
  readonly onMisbehaviour?: (peerId: PeerId, reason: string) => void
  readonly stallMs?: number
  readonly noHolderMs?: number
}

export interface GetOptions {
  readonly signal?: AbortSignal | undefined
  /** Somebody is waiting for it now. */
  readonly urgent?: boolean
}

/**
 * Fetches blocks from every connected holder at once: each is kept as busy as its measured speed allows, what one
 * refuses or drops is asked of another, and every block is verified before anyone sees it.
 */
export class BlockClient {
  readonly #options: BlockClientOptions
  readonly #wants = new Map<string, Want>()
  readonly #holders = new Map<string, Holder>()
  readonly #banned = new Set<string>()
  readonly #holderListeners = new Set<() => void>()
  #topology: string | undefined
  #tick: ReturnType<typeof setInterval> | undefined
  #stopped = false
  #bytesFetched = 0

  constructor(options: BlockClientOptions) {
    this.#options = options
  }

  get bytesFetched(): number {
    return this.#bytesFetched
  }

  /** Peers that may be asked now, as text. */
  get holders(): string[] {
    return [...this.#holders.keys()]
  }

  /** Learns from identify which peers speak the protocol, among those connected already too. */
  async start(): Promise<void> {
    const { libp2p } = this.#options
    this.#topology = await libp2p.register(BLOCKS_PROTOCOL, {
      onConnect: peerId => this.addHolder(peerId),
      onDisconnect: peerId => this.removeHolder(peerId),
    })
    for (const peerId of libp2p.getPeers()) {
      const known = await libp2p.peerStore.get(peerId).catch(() => null)
      const connected = libp2p.getConnections(peerId).length > 0
      if (connected && known?.protocols.includes(BLOCKS_PROTOCOL)) this.addHolder(peerId)
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#topology !== undefined) this.#options.libp2p.unregister(this.#topology)
    for (const want of [...this.#wants.values()]) this.#fail(want, new StageError('stopping', 'The stage is stopping.'))
    for (const holder of this.#holders.values()) holder.drop('the stage is stopping')
    this.#holders.clear()
  }

  /** A connected peer that speaks the protocol. Idempotent; a peer that misbehaved is not taken back. */
  addHolder(peerId: PeerId): void {
    const key = peerId.toString()
    if (this.#stopped || this.#banned.has(key) || this.#holders.has(key)) return
    const holder = new Holder(peerId, {
      libp2p: this.#options.libp2p,
      stallMs: this.#options.stallMs ?? STALL_MS,
      onAnswer: (from, want, answer) => this.#onAnswer(from, want, answer),
      onLost: (from, wants) => this.#onLost(from, wants),
      onBreach: (from, reason) => this.#ban(from, reason),
    })
    this.#holders.set(key, holder)
    for (const listener of this.#holderListeners) listener()
    this.#pump()
  }

  removeHolder(peerId: PeerId): void {
    const holder = this.#holders.get(peerId.toString())
    if (holder === undefined) return
    this.#holders.delete(peerId.toString())
    holder.drop('the holder disconnected')
    this.#pump()
  }

  /** Called whenever a holder connects. */
  onHolder(listener: () => void): () => void {
    this.#holderListeners.add(listener)
    return () => this.#holderListeners.delete(listener)
  }

  /** The verified block. Throws `StageError` 'no-holder', 'bad-request' (unknown hash), 'stopping'; or the signal's reason. */
  async get(cid: CID, { signal, urgent = true }: GetOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted()
    if (this.#stopped) throw new StageError('stopping', 'The stage is stopping.')
    if (!canVerify(cid))
      throw new StageError('bad-request', 'This content uses a hash that a stage cannot check, so it is not fetched.')
    const key = wantKey(cid)
    const want = this.#wants.get(key) ?? new Want(cid, urgent)
    want.urgent ||= urgent
    want.callers += 1
    this.#wants.set(key, want)
    this.#tick ??= setInterval(() => this.#pump(), TICK_MS).unref()
    this.#pump()
    try {
      return await orAborted(want.promise, signal)
    } finally {
      want.callers -= 1
      if (want.callers === 0) this.#forget(want)
    }
  }

  #onAnswer(holder: Holder, want: Want, answer: BlockResponse): void {
    want.asked.delete(holder)
    const now = performance.now()
    if (answer.status === 'block') {
      if (!verifies(want.cid, answer.block)) {
        this.#ban(holder, 'it sent bytes that are not the block')
        return
      }
      this.#bytesFetched += answer.block.length
      this.#forget(want)
      want.resolve(answer.block)
    } else if (answer.status === 'busy') {
      holder.pauseUntil(now + BUSY_MS)
    } else {
      want.refused.set(holder, now + NOT_FOUND_MS)
    }
    this.#pump()
  }

  #onLost(holder: Holder, wants: readonly Want[]): void {
    for (const want of wants) want.asked.delete(holder)
    this.#pump()
  }

  #ban(holder: Holder, reason: string): void {
    const key = holder.peerId.toString()
    this.#banned.add(key)
    this.#holders.delete(key)
    holder.drop(reason)
    this.#options.onMisbehaviour?.(holder.peerId, reason)
    this.#pump()
  }

  #forget(want: Want): void {
    if (this.#wants.get(want.key) !== want) return
    this.#wants.delete(want.key)
    if (this.#wants.size > 0) return
    clearInterval(this.#tick)
    this.#tick = undefined
  }

  #fail(want: Want, error: StageError): void {
    this.#forget(want)
    want.reject(error)
  }

  /** Gives every holder what it has room for: urgent wants first, each to the holder expected to be done first. */
  #pump(): void {
    if (this.#wants.size === 0) return
    const now = performance.now()
    const ready = [...this.#holders.values()].filter(holder => holder.capacity(now) > 0)
    for (const urgent of [true, false])
      for (const want of this.#wants.values())
        if (want.urgent === urgent && want.asked.size === 0) {
          this.#assign(want, ready, now)
          this.#checkStuck(want, now)
        }
    this.#hedge(ready, now)
  }

  #assign(want: Want, ready: Holder[], now: number): void {
    let best: Holder | undefined
    for (const holder of ready)
      if (want.mayAsk(holder, now) && (best === undefined || eta(holder) < eta(best))) best = holder
    if (best === undefined) return
    this.#ask(best, want, ready, now)
  }

  #ask(holder: Holder, want: Want, ready: Holder[], now: number): void {
    want.asked.set(holder, now)
    want.stuckSince = null
    holder.ask(want)
    if (holder.capacity(now) <= 0) ready.splice(ready.indexOf(holder), 1)
  }

  #checkStuck(want: Want, now: number): void {
    if (want.asked.size > 0) return
    // A holder that is only full or pausing is a holder still.
    const hopeful = [...this.#holders.values()].some(holder => want.mayAsk(holder, now))
    if (hopeful) want.stuckSince = null
    else if (want.stuckSince === null) want.stuckSince = now
    else if (now - want.stuckSince >= (this.#options.noHolderMs ?? NO_HOLDER_MS))
      this.#fail(
        want,
        new StageError('no-holder', 'No connected stage has this right now. It resumes when one returns.'),
      )
  }

  /** An idle holder takes over what a much slower one sits on; the first answer wins. */
  #hedge(ready: Holder[], now: number): void {
    if (this.#holders.size < 2) return
    for (const want of this.#wants.values()) {
      if (ready.length === 0) return
      if (want.asked.size !== 1) continue
      const [since] = want.asked.values()
      const other = ready.find(holder => holder.pending === 0 && want.mayAsk(holder, now))
      if (other === undefined || since === undefined) continue
      if (now - since > Math.max(HEDGE_MS_MIN, HEDGE_FACTOR * eta(other))) this.#ask(other, want, ready, now)
    }
  }
}

const eta = (holder: Holder): number => holder.pace.etaMs(holder.pending)

function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
