import type { Executed } from '#node/ports/intake.ts'
import type { LedgerFault, OwnLog } from '#node/ports/ledger.ts'
import type { HeldStream, StreamBox } from '#node/ports/streams.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import type { KnownEvent } from '#src/engagement/events.ts'
import { readBody } from '#src/engagement/events.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import type { AcceptedEvent } from '../ports/intake.ts'
import { hex, key32 } from './keys.ts'
import { judgeTransfer, judgeVoucher, orderId } from './streams/judge.ts'

export interface StreamsInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly box: StreamBox
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  /** After this much silence a session is over, ms. */
  readonly silenceMs: number
  readonly execute: (event: AcceptedEvent, order: KnownEvent) => Promise<Result<Executed, LedgerFault>>
  readonly executeVoucher: (bytes: Uint8Array) => Promise<Result<Executed, LedgerFault>>
  /** The community closes a channel, so that the rest of its deposit returns to the payer. */
  readonly closeChannel: (channel: Uint8Array) => Promise<unknown>
  readonly warn: (message: string) => void
}

export interface Kept {
  /** Minor units signed for in this session. */
  readonly amount: bigint
  /** Log index, when the session ended with this, and there was something to write. */
  readonly receipt: number | null
}

/** The disk or the log is in trouble, not what was signed: it is kept and tried again. */
const LATER: ReadonlySet<LedgerFault['code']> = new Set([
  'log-halted',
  'disk-full',
  'data-folder-unusable',
  'stopping',
  'busy',
])
/** Sessions are looked at so often within the silence that ends one. */
const LOOKS = 6

/**
 * The voucher box: of everybody who listens to something priced it keeps the newest that they signed, and makes one
 * entry of it when the session is over. A session ends by silence, by the listener's word, at the end of the deposit,
 * by another order of the same account, and when the stage stops.
 */
export function createStreams(init: StreamsInit) {
  const { own, ledger, box, clock } = init
  const lanes = new Map<string, Promise<unknown>>()

  /** One step at a time for each session. */
  const inLane = <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const mine = (lanes.get(id) ?? Promise.resolve()).then(work, work)
    const settled = mine.catch(() => undefined).finally(() => lanes.get(id) === settled && lanes.delete(id))
    lanes.set(id, settled)
    return mine
  }

  const executed = (held: HeldStream): Promise<Result<Executed, LedgerFault>> => {
    if (held.kind === 'voucher') return init.executeVoucher(held.bytes)
    const envelope = decodeEnvelope(held.bytes)
    const known = envelope.ok ? readBody(envelope.value.type, envelope.value.body) : envelope
    if (!envelope.ok || !known.ok || known.value === null)
      return Promise.resolve(err({ code: 'internal', message: 'a held payment cannot be read again' }))
    return init.execute({ id: orderId(init.hasher, envelope.value), envelope: envelope.value }, known.value)
  }

  const done = (held: HeldStream): void => {
    if (held.kind === 'voucher') box.keep({ ...held, written: true })
    else box.drop(held.id)
  }

  /** Makes an entry of the newest that was signed; null when there is nothing to write. A fault leaves it for later. */
  const write = async (held: HeldStream): Promise<Result<number | null, LedgerFault>> => {
    if (held.written) return ok(null)
    const result = await executed(held)
    if (!result.ok && LATER.has(result.error.code)) return result
    if (!result.ok) init.warn(`what a listener signed was refused at the session's end: ${result.error.message}`)
    done(held)
    return ok(result.ok ? result.value.index : null)
  }

  /** Ends a session: writes what is held, and gives back the rest of the deposit. */
  const end = async (id: string): Promise<Result<number | null, LedgerFault>> => {
    const held = box.find(id)
    const written = held === null ? ok(null) : await write(held)
    if (held?.kind !== 'voucher' || !written.ok) return written
    const channel = key32(id.slice('chan:'.length), 'A channel')
    const state = ledger.channel(channel)
    if (state?.open === true && state.pool === 'direct')
      await init.closeChannel(channel).catch(cause => init.warn(`a channel was not closed: ${String(cause)}`))
    // A membership stays open for its month; nothing of it returns.
    if (state?.pool !== 'direct' || ledger.channel(channel)?.open !== true) box.drop(id)
    return written
  }

  const keep = async (judged: HeldStream, full: boolean, last: boolean): Promise<Result<Kept, LedgerFault>> => {
    const held = box.find(judged.id)
    const sameOrder = held !== null && held.seq === judged.seq
    const continues = sameOrder && held.what === judged.what
    if (sameOrder && judged.amount < held.amount)
      return err({ code: 'conflict', message: 'Something for more was signed in this session already.' })
    const before = held === null || continues ? ok(null) : await write(held)
    if (!before.ok) return before
    // What adds nothing to what was signed before keeps the bytes that are worth it.
    const nothingNew = sameOrder && held.amount === judged.amount
    const kept = nothingNew ? { ...held, written: held.written || !continues } : judged
    box.keep({ ...kept, heardAt: clock.nowMs() })
    const ended = last || full ? await end(judged.id) : ok(null)
    return ended.ok ? ok({ amount: judged.amount, receipt: ended.value }) : ended
  }

  const sweep = async (): Promise<void> => {
    const silent = box.all().filter(held => clock.nowMs() - held.heardAt >= init.silenceMs)
    for (const { id, heardAt } of silent)
      await inLane(id, async () => {
        if (box.find(id)?.heardAt === heardAt) await end(id)
      }).catch(cause => init.warn(`a session could not be ended: ${String(cause)}`))
  }

  let timer: NodeJS.Timeout | undefined

  return {
    keepVoucher(bytes: Uint8Array, last: boolean): Promise<Result<Kept, LedgerFault>> {
      const judged = judgeVoucher({ ...init, own }, bytes)
      return judged.ok
        ? inLane(judged.value.held.id, () => keep(judged.value.held, judged.value.full, last))
        : Promise.resolve(judged)
    },
    keepTransfer(bytes: Uint8Array, last: boolean): Promise<Result<Kept, LedgerFault>> {
      const judged = judgeTransfer(init, bytes)
      return judged.ok ? inLane(judged.value.id, () => keep(judged.value, false, last)) : Promise.resolve(judged)
    },
    /** Another order of this account is about to be executed: what is held of it comes first, for its sequence is lower. */
    async beforeOrder(author: Uint8Array): Promise<void> {
      const id = `acct:${hex(ledger.account(author).account)}`
      if (box.find(id) !== null) await inLane(id, () => end(id))
    },
    /** Ends the sessions that have been silent for too long. */
    sweep,
    start(): void {
      timer = setInterval(() => void sweep(), Math.max(250, init.silenceMs / LOOKS))
      timer.unref()
    },
    /** Writes everything that is held; channels stay open for listeners who go on after a restart. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await Promise.all(
        box.all().map(held => inLane(held.id, () => write(box.find(held.id) ?? { ...held, written: true }))),
      )
    },
  }
}

export type Streams = ReturnType<typeof createStreams>
