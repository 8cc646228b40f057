import { equals } from 'uint8arrays/equals'
import type { AuditPeers } from '#node/ports/audit.ts'
import type { LedgerFault, OwnLog, Registry, Sequencing } from '#node/ports/ledger.ts'
import { encodeAnnouncement } from '#protocols/ledger/v1/announcement.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { createRounds } from './sequencer/round.ts'
import { createSeatDesk, type SeatReport } from './sequencer/seat-desk.ts'

/** Notes by which old committees handed this log over, kept for newcomers. */
export interface Handovers {
  /** Oldest epoch first. */
  of(origin: string): { readonly epoch: number; readonly note: string }[]
  keep(origin: string, epoch: number, note: string): void
}

export interface SequencerInit {
  /** This community. */
  readonly own: Uint8Array
  readonly log: OwnLog & Sequencing
  readonly registry: Registry
  readonly peers: AuditPeers
  readonly handovers: Handovers
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  /** Says a message on this community's receipts topic. */
  readonly announce: (message: Uint8Array) => void
  /** After every new signed or certified head. */
  readonly certified?: (note: string, size: number, final: boolean) => void
  readonly warn?: (message: string) => void
  /** Between two commits, ms, when something waits. */
  readonly intervalMs?: number
  /** Longest wait at the start for seats that know what was certified before, ms. */
  readonly greetMs?: number
}

/** What the operator sees of the committee. */
export interface SequencerStatus {
  /** Seats whose line stands on the newest certified head. */
  readonly lastCosigned: readonly Uint8Array[]
  /** What each seat said last when it did not sign. */
  readonly refusals: readonly SeatReport[]
}

export interface Sequencer {
  start(): void
  /** Finishes what is under way. */
  stop(): Promise<void>
  /** A stage connected: it may hold a higher head of this log than this disk does. */
  greet(peer: Uint8Array): Promise<void>
  /** Somebody waits for what was just written: it is committed at once, unless a round is under way; then right after it. */
  nudge(): void
  /** Others believe no head of an epoch that is over: commits again, when the log has not come to the newest epoch. */
  renew(): void
  /** Commits and certifies what waits, now. Resolves when this head is certified, or everybody was asked. */
  turn(): Promise<void>
  status(): SequencerStatus
}

const INTERVAL_MS = 1_000
/** Least time between commits that somebody waits for, ms: what comes in between shares one. */
const NUDGE_MS = 20
const GREET_MS = 5_000
/** Wait before a head that missed its quorum is renewed; doubles up to the longest while that does not help either. */
const RENEW_MS = 10_000
const RENEW_MS_MAX = 320_000

/** Weight that has to answer so that one of them knows every certified head: two quorums of n share a seat. */
const enough = ({ total, quorum }: Committee): number => total - quorum + 1

/**
 * The loop that turns accepted entries into final ones: commit leaf, signed head, submissions to all seats at once, their
 * lines, certificate, announcement. Commits go on while a round is under way; a round takes the newest head there is.
 */
export function createSequencer(init: SequencerInit): Sequencer {
  const { own, log, registry, intervalMs = INTERVAL_MS, greetMs = GREET_MS, warn = () => {} } = init
  const stopping = new AbortController()
  const desk = createSeatDesk(init, stopping.signal)
  const rounds = createRounds(init, desk)
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let under = false
  let announced = 0
  let told = ''
  let renewMs = RENEW_MS
  let renewAt = 0
  let nudged = false
  let soon: NodeJS.Timeout | undefined
  let committedAt = 0
  let started = false
  let outdated = false

  const say = (fault: LedgerFault): void => {
    if (fault.message !== told) warn(fault.message)
    told = fault.message
  }

  /** What is new since the last announcement; a certificate for what was announced goes out alone. */
  const announce = (size: number, note: string): void => {
    const from = Math.min(announced, size)
    const entries = log.entries(from, size - from)
    const consistency = from === 0 || from === size ? [] : log.consistencyProof(from, size)
    announced = Math.max(announced, size)
    init.announce(encodeAnnouncement({ checkpoint: note, from, entries, consistency }))
  }

  /** Each renewal that did not help makes the next wait twice as long. */
  const backOff = (): void => {
    renewAt = init.clock.nowMs() + renewMs
    renewMs = Math.min(2 * renewMs, RENEW_MS_MAX)
  }

  const round = async (): Promise<void> => {
    const done = await rounds.run()
    if (done === null) return
    if (done.final) {
      renewMs = RENEW_MS
      renewAt = 0
    }
    announce(done.size, done.note)
    init.certified?.(done.note, done.size, done.final)
  }

  const turn = async (): Promise<void> => {
    const stale = !under && rounds.stale() && init.clock.nowMs() >= renewAt
    const renew = stale || (outdated && rounds.isOutdated())
    committedAt = performance.now()
    const committed = log.commit(rounds.nextEpoch(), renew)
    if (!committed.ok) {
      say(committed.error)
      return
    }
    if (stale && committed.value !== null) backOff()
    if (committed.value !== null) outdated = false
    if (committed.value !== null) init.certified?.(committed.value.note, committed.value.size, false)
    // One round at a time, so that all seats are asked about one head.
    if (under) return
    nudged = false
    under = true
    try {
      await round()
    } finally {
      under = false
    }
    if (nudged) hurry()
  }

  const begin = (): void => {
    running = turn().catch(cause => warn(`the sequencer could not finish its turn: ${String(cause)}`))
  }

  const hurry = (): void => {
    nudged = true
    if (under || !started || soon !== undefined || stopping.signal.aborted) return
    const wait = Math.max(0, committedAt + NUDGE_MS - performance.now())
    soon = setTimeout(() => {
      soon = undefined
      if (!stopping.signal.aborted) begin()
    }, wait)
  }

  /** Learns what seats hold of this log before anything is signed above it. */
  const greetAll = async (): Promise<void> => {
    const committee = registry.committee(own, rounds.nextEpoch())
    if (committee.total === 1) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const waited = setTimeout(resolve, greetMs)
    let weight = 0
    for (const seat of committee.seats)
      void desk.greet(seat.key).then(known => {
        if (known) weight += seat.weight
        if (weight >= enough(committee)) resolve()
      })
    await promise
    clearTimeout(waited)
    if (weight < enough(committee)) warn('Too few auditors answered at the start to know what they certified before.')
  }

  const loop = (): void => {
    timer = setTimeout(() => {
      begin()
      if (!stopping.signal.aborted) loop()
    }, intervalMs)
  }

  return {
    turn,
    nudge: hurry,
    renew() {
      outdated = true
      hurry()
    },
    greet: async peer => {
      await desk.greet(peer)
    },
    start() {
      announced = log.signedSize()
      running = greetAll().finally(() => {
        if (stopping.signal.aborted) return
        started = true
        loop()
      })
    },
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      clearTimeout(soon)
      await running
    },
    status: () => ({
      lastCosigned: rounds.lastCosigned(),
      refusals: desk.reports().filter(({ seat }) => !rounds.lastCosigned().some(key => equals(key, seat))),
    }),
  }
}
