import type { CrossingStep } from '#node/ports/crossing.ts'
import type { LedgerFault, LogRecord, OwnLog } from '#node/ports/ledger.ts'
import type { ValueFault } from '#node/ports/value.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Leaves, Taken, ValueAnswer } from '#protocols/value/v1/messages.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { type AdmissionPorts, type AdmittedHead, admitHead, refuse } from './admit-head.ts'
import { createAskLimiter } from './ask-limiter.ts'
import { createPassable } from './passable.ts'
import { type ReadItem, readItems } from './read-items.ts'

export interface TakerInit extends AdmissionPorts {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  /** New entries are durable in the own log. Must not throw. */
  readonly written: (record: LogRecord) => void
  /** A transfer came that a quote promised room for. */
  readonly arrived: (item: Ask) => void
  readonly clock: Clock
  /** Sees to it that an own release has an agreement, before the first payment for it. */
  readonly agreed: (release: string) => Promise<void>
}

type Ask = Extract<ReadItem, { what: 'ask' }>

const RELEASE = 'release/'

/** The outcome that an entry of the own log gave a transfer. */
function outcomeIn(record: LogRecord | null): string | null {
  const entry = record === null ? null : decodeEntry(record.entry)
  return entry?.ok && entry.value.kind === 'transfer-in' ? entry.value.outcome : null
}

/** Runs one job after another for each community: heads of one log are entered in the order in which they came. */
function inTurns() {
  const tails = new Map<string, Promise<unknown>>()
  return <T>(key: Uint8Array, job: () => Promise<T>): Promise<T> => {
    const name = Buffer.from(key).toString('base64')
    const done = (tails.get(name) ?? Promise.resolve()).then(job)
    const tail = done.catch(() => {})
    tails.set(name, tail)
    void tail.then(() => tails.get(name) === tail && tails.delete(name))
    return done
  }
}

export type Taking = Result<Extract<ValueAnswer, { t: 'taken' | 'behind' }>, ValueFault>

/** Takes what other communities show of their logs into the own one. */
export function createTaker(init: TakerInit) {
  const { own, ledger, hasher } = init
  const passable = createPassable(init)
  const asks = createAskLimiter()
  const turns = inTurns()
  const receivedOf = (peer: Uint8Array): number => ledger.peer(peer)?.received ?? 0

  /** Strangers are not written about: whoever has neither a line here nor was ever paid would fill this log. */
  const isStranger = (peer: Uint8Array): boolean => ledger.peer(peer) === null

  /** Why this stage declines by itself: nobody but the source certifies it, or the next hop is not one to pass money over. */
  const declines = (peer: Uint8Array, { transfer }: Ask, alone: boolean): boolean => {
    const { order, stops, here } = transfer
    const { code, scale } = order.asset
    const next = stops[here + 1]
    if (alone && ledger.line(peer, code, scale)?.alone !== true) return true
    return next !== undefined && !passable(next, order.to, order.asset)
  }

  const hasLine = (peer: Uint8Array, { transfer: { order } }: Ask): boolean => {
    const line = ledger.line(peer, order.asset.code, order.asset.scale)
    return line !== null && line.limit > 0n && init.clock.nowMs() <= line.expiry
  }

  const useful = (peer: Uint8Array, items: readonly ReadItem[], alone: boolean): readonly CrossingStep[] => {
    const steps: CrossingStep[] = []
    let next = receivedOf(peer) + 1
    for (const item of items) {
      const { what, sequence, shown } = item
      if (what === 'answer') {
        // The state has it until it ends, also what a closed generation sent.
        const decides = item.outcome !== 'forwarded'
        if (decides && ledger.out(peer, sequence) !== null) steps.push({ step: 'end', next: peer, sequence, ...shown })
      } else if (sequence === next && asks.take(peer, hasLine(peer, item), init.clock.nowMs())) {
        const refusal = declines(peer, item, alone) ? 'declined' : undefined
        steps.push({ step: 'take', source: peer, sequence, ...shown, refusal })
        next++
      }
    }
    return steps
  }

  const results = (peer: Uint8Array, items: readonly ReadItem[]): Taken[] =>
    items.map(({ what, sequence, ...item }) => {
      if (what === 'answer') {
        const ended = ledger.crossing('out', peer, sequence)?.ended ?? null
        return { sequence, outcome: ended === null || !('outcome' in item) ? null : item.outcome }
      }
      const row = ledger.crossing('in', peer, sequence)
      return { sequence, outcome: row === null ? null : outcomeIn(ledger.record(row.index)) }
    })

  const ensureAgreements = async (items: readonly ReadItem[]): Promise<void> => {
    for (const item of items) {
      if (item.what !== 'ask') continue
      init.arrived(item)
      const { order, stops, here } = item.transfer
      if (here + 1 === stops.length && order.payee.startsWith(RELEASE))
        await init.agreed(order.payee.slice(RELEASE.length)).catch(() => {})
    }
  }

  const append = async (
    peer: Uint8Array,
    { known, note }: AdmittedHead,
    shown: Leaves,
    steps: readonly CrossingStep[],
  ): Promise<Result<null, ValueFault>> => {
    const { commit, commitPath: path, consistency } = shown
    const head: CrossingStep = { step: 'head', community: peer, note, commit, path, consistency }
    const done = await ledger.cross(known ? steps : [head, ...steps])
    for (const one of done) if (one.ok && !one.value.known) init.written(one.value.record)
    const failed = done.find((one): one is Extract<typeof one, { ok: false }> => !one.ok)
    return failed === undefined ? ok(null) : asRefusal(failed.error)
  }

  const take = async (peer: Uint8Array, shown: Leaves): Promise<Taking> => {
    if (isStranger(peer))
      return refuse('no-line', 'this community has no dealings with yours; agree on a credit line first')
    const admitted = admitHead(init, peer, ledger.peer(peer)?.heads ?? [], shown)
    if (!admitted.ok) return admitted
    const received = receivedOf(peer)
    if ('behind' in admitted.value) {
      const { generation = 0, size = 0 } = admitted.value.behind ?? {}
      return ok({ t: 'behind', generation, size, received })
    }
    const items = readItems(hasher, own, peer, admitted.value, shown.items)
    if (!items.ok) return items
    const steps = useful(peer, items.value, admitted.value.alone)
    if (steps.length > 0) {
      await ensureAgreements(items.value)
      const done = await append(peer, admitted.value, shown, steps)
      if (!done.ok) return done
    }
    return ok({ t: 'taken', received: receivedOf(peer), results: results(peer, items.value) })
  }

  return {
    /** One message at a time for each community. Nothing is written unless the whole message may be believed. */
    take: (peer: Uint8Array, shown: Leaves): Promise<Taking> => turns(peer, () => take(peer, shown)),
  }
}

export type Taker = ReturnType<typeof createTaker>

/** What the own log says when it cannot write, as the other side is told. */
function asRefusal({ code, message }: LedgerFault): Result<never, ValueFault> {
  const retryMs = 5_000
  if (code === 'log-halted')
    return refuse('log-halted', "this community's ledger stands still; nothing was taken", 60_000)
  if (code === 'disk-full' || code === 'data-folder-unusable')
    return refuse('disk-refused', 'the disk of this stage refuses to write; nothing was taken', 60_000)
  if (code === 'busy' || code === 'stopping') return refuse('busy', 'more waits here than can be written', retryMs)
  return refuse('bad-entry', message, retryMs)
}
