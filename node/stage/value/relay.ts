import type { LogRecord, OwnLog } from '#node/ports/ledger.ts'
import type { ValueAsk, ValueFault } from '#node/ports/value.ts'
import type { Result } from '#protocols/codec/result.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Leaves, ValueAnswer } from '#protocols/value/v1/messages.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { RECOURSE_MS } from '#src/ledger/transfer-times.ts'
import { planRelay, type RelayTimes } from '#src/value/relay/plan.ts'
import type { Decided, RelayAct, Shown } from '#src/value/relay/view.ts'
import { hex } from '../keys.ts'
import type { ClosedLog } from './closed-log.ts'
import { keyOf, Neighbours } from './neighbours.ts'
import { createRelayView } from './relay-view.ts'
import { showClosed } from './show-closed.ts'
import { ownHead, showLeaves } from './show-leaves.ts'
import type { Taker } from './take-leaves.ts'

export interface RelayInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly peers: ValueAsk
  readonly taker: Pick<Taker, 'take'>
  /** The generation before, where there was one and it is at hand. */
  readonly closed: ClosedLog | null
  readonly clock: Clock
  /** Gives a transfer back at the community's own risk. */
  readonly writeOff: (next: Uint8Array, sequence: number) => Promise<unknown>
  /** The newest head is of an epoch that is over: it has to be committed again before others believe it. */
  readonly renew: () => void
  readonly warn: (cause: unknown) => void
  readonly times?: Partial<RelayTimes>
}

export const RELAY_TIMES: RelayTimes = { askEveryMs: 2_000, recourseMs: RECOURSE_MS }

/** How often it looks while something is under way, ms: for retries, and for what nobody told it. */
const LOOK_MS = 1_000
/** How long a neighbour that knows more of this log than this log does is left alone, ms. */
const AHEAD_RETRY_MS = 600_000
/** Answers that are remembered to be shown to those who asked; who is not told asks. */
const DECIDED_MAX = 4_096

export interface Relay {
  start(): void
  stop(): Promise<void>
  /** Something changed that it may act on: a certificate, an entry, a connection. */
  look(): void
  /** An entry of the own log is durable. */
  appended(record: LogRecord): void
}

/** What the other side is to be shown: what it is asked for first, then what was decided for it. */
type Talk = Extract<RelayAct, { act: 'send' | 'return' | 'ask' }>

/**
 * Carries transfers between logs: shows the next hop what it is asked for, shows the source what was decided, asks where nobody
 * answers. What is outstanding follows from the own log alone, so a stage that dies goes on where it stood.
 */
export function createRelay(init: RelayInit): Relay {
  const { own, ledger, peers, taker, clock, warn } = init
  const times = { ...RELAY_TIMES, ...init.times }
  const neighbours = new Neighbours()
  const view = createRelayView({ own, ledger, peers, neighbours, recourseMs: times.recourseMs })
  let decided: Decided[] = []
  const under = new Set<Promise<unknown>>()
  const writing = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let scheduled = false
  let stopped = false
  let unlisten = (): void => {}

  /** Shows leaves; once more when the other side knows another head than was thought. */
  const show = async (
    peer: Uint8Array,
    indexes: readonly number[],
  ): Promise<Result<ValueAnswer, ValueFault> | null> => {
    const about = neighbours.of(hex(peer))
    for (let attempt = 0; ; attempt++) {
      if (about.knows === null) {
        const known = await peers.ask(peer, { t: 'knows' })
        if (!known.ok) return known
        if (known.value.t !== 'known') return null
        about.knows = { generation: known.value.generation, size: known.value.size }
      }
      const leaves = showLeaves(ledger, about.knows, indexes)
      if (leaves === null || leaves.items.length === 0) return null
      const answer = await peers.ask(peer, { t: 'leaves', ...leaves })
      if (!answer.ok || answer.value.t !== 'behind' || attempt > 0) return answer
      about.knows = { generation: answer.value.generation, size: answer.value.size }
    }
  }

  const tell = async (peer: Uint8Array, sends: readonly Shown[], returns: readonly Decided[]): Promise<void> => {
    const community = hex(peer)
    const shown = [...returns, ...sends].map(({ index }) => index)
    const head = ownHead(ledger)
    const answer = await show(peer, shown)
    if (answer === null || !answer.ok || answer.value.t !== 'taken') {
      const fault = answer === null || answer.ok ? null : answer.error
      if (fault?.code === 'old-epoch') init.renew()
      neighbours.failed(community, clock.nowMs(), fault)
      return
    }
    if (answer.value.received > (ledger.peer(peer)?.sent ?? 0)) {
      warn(
        new Error(
          `${community} took payments that this log has not: it was restored from an old copy. Settle by hand.`,
        ),
      )
      neighbours.failed(community, clock.nowMs(), { code: 'log-halted', retryMs: AHEAD_RETRY_MS })
      return
    }
    const about = neighbours.of(community)
    about.took = answer.value.received
    const [first] = sends
    // What was shown and not taken is not shown again at once.
    if (first !== undefined && about.took < first.sequence) {
      neighbours.failed(community, clock.nowMs())
      return
    }
    neighbours.answered(community)
    if (head !== null) about.knows = { generation: head.generation, size: head.size }
    if (sends.length > 0) about.askedAt = clock.nowMs()
    const told = new Set(returns.map(({ index }) => index))
    decided = decided.filter(({ index }) => !told.has(index))
  }

  const ask = async (peer: Uint8Array, sequences: readonly number[]): Promise<void> => {
    const community = hex(peer)
    neighbours.of(community).askedAt = clock.nowMs()
    const known = ledger.peer(peer)?.heads.at(-1)
    const { generation = 0, size = 0 } = known ?? {}
    const answer = await peers.ask(peer, { t: 'results', generation, size, sequences: [...sequences] })
    if (!answer.ok) {
      neighbours.failed(community, clock.nowMs(), answer.error)
      return
    }
    neighbours.answered(community)
    if (answer.value.t !== 'leaves' || answer.value.items.length === 0) return
    const taken = await taker.take(peer, answer.value as Leaves)
    if (!taken.ok) neighbours.failed(community, clock.nowMs(), taken.error)
  }

  /** Once for each connection, before anything of this generation. False when it has to be tried again. */
  const closedFirst = async (peer: Uint8Array): Promise<boolean> => {
    const about = neighbours.of(hex(peer))
    if (init.closed === null || about.knowsClosed) return true
    const shown = await showClosed(init, init.closed, peer)
    about.knows = null
    if (shown.ok) about.knowsClosed = true
    else neighbours.failed(hex(peer), clock.nowMs(), shown.error)
    return shown.ok
  }

  const talk = async (community: string, acts: readonly Talk[]): Promise<void> => {
    const about = neighbours.of(community)
    const peer = keyOf(community)
    about.talking = true
    try {
      if (!(await closedFirst(peer))) return
      const sends = acts.flatMap(act => (act.act === 'send' ? act.items : []))
      const returns = acts.flatMap(act => (act.act === 'return' ? act.items : []))
      const asks = acts.flatMap(act => (act.act === 'ask' ? act.sequences : []))
      if (sends.length + returns.length > 0) await tell(peer, sends, returns)
      if (asks.length > 0) await ask(peer, asks)
    } finally {
      about.talking = false
      look()
    }
  }

  const keep = (work: Promise<unknown>): void => {
    const done = work.catch(warn).finally(() => under.delete(done))
    under.add(done)
  }

  const writeOff = (next: string, sequence: number): void => {
    const name = `${next}/${sequence}`
    if (writing.has(name)) return
    writing.add(name)
    keep(init.writeOff(keyOf(next), sequence).finally(() => writing.delete(name)))
  }

  const lookNow = (): void => {
    scheduled = false
    if (stopped) return
    const now = clock.nowMs()
    const talks = new Map<string, Talk[]>()
    for (const act of planRelay(view(decided, now), now, times)) {
      if (act.act === 'write-off') writeOff(act.next, act.sequence)
      if (act.act !== 'send' && act.act !== 'return' && act.act !== 'ask') continue
      const community = act.act === 'ask' ? act.from : act.to
      talks.set(community, [...(talks.get(community) ?? []), act])
    }
    for (const [community, acts] of talks) keep(talk(community, acts))
  }

  const look = (): void => {
    if (scheduled || stopped) return
    scheduled = true
    setImmediate(() => {
      try {
        lookNow()
      } catch (cause) {
        scheduled = false
        warn(cause)
      }
    })
  }

  return {
    look,
    appended({ entry, index }) {
      const read = decodeEntry(entry)
      const source = read.ok ? answered(read.value) : null
      if (source !== null) decided = [...decided.slice(-DECIDED_MAX), { ...source, index }]
    },
    start() {
      unlisten = peers.onConnected(community => {
        neighbours.back(community)
        look()
      })
      timer = setInterval(look, LOOK_MS)
      look()
    },
    async stop() {
      stopped = true
      unlisten()
      clearInterval(timer)
      await Promise.all(under)
    },
  }
}

type Decoded = Extract<ReturnType<typeof decodeEntry>, { ok: true }>['value']

/** Whom an entry answers, and about which of its sequences; null when it answers nobody. */
function answered(entry: Decoded): Omit<Decided, 'index'> | null {
  if (entry.kind === 'transfer-in' && entry.outcome !== 'forwarded')
    return { source: hex(entry.source), sequence: entry.sequence }
  if ((entry.kind === 'transfer-end' || entry.kind === 'write-off') && entry.back !== null)
    return { source: hex(entry.back.source), sequence: entry.back.sequence }
  return null
}
