import type { NoteSignature } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { parseSeatName } from '#protocols/ledger/v1/origin.ts'
import { collectCosignatures, collectVotes } from '#src/ledger/committee/collect.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import type { SequencerInit } from '../sequencer.ts'
import { signatureOfLine } from './lines.ts'
import type { SeatDesk, SeatLine } from './seat-desk.ts'

/** A head after its round. */
export interface RoundEnd {
  readonly size: number
  readonly note: string
  readonly final: boolean
}

/** Longest that seats which still work keep the next round waiting, ms. */
const ROUND_MS_MAX = 10_000

const bodyOf = (note: string): string => note.slice(note.lastIndexOf('\n\n') + 2)

/** Rounds of asking the committee about the newest head, until a quorum signed it or everybody was asked. */
export function createRounds(init: SequencerInit, desk: SeatDesk) {
  const { own, log, registry, handovers } = init
  let cosigned: Uint8Array[] = []
  let last: RoundEnd | null = null
  let stale = false

  const epochOf = (size: number): number => {
    const record = size === 0 ? null : log.record(size - 1)
    const commit = record === null ? null : decodeEntry(record.entry)
    return commit?.ok && commit.value.kind === 'commit' ? commit.value.epoch : 0
  }

  /** Asks all seats at once. Resolves with the first size for which `collect` finds a quorum, or null after all answered. */
  const ask = async (
    committee: Committee,
    kind: SeatLine['kind'],
    collect: (note: string, lines: readonly NoteSignature[]) => { readonly note: string; readonly quorum: boolean },
  ): Promise<{ size: number; note: string } | null> => {
    const { promise, resolve } = Promise.withResolvers<{ size: number; note: string } | null>()
    const bySize = new Map<number, { note: string; lines: NoteSignature[] }>()
    const take = (answer: SeatLine | null): void => {
      const signature = answer === null ? null : signatureOfLine(answer.note, answer.line)
      if (answer === null || signature === null || answer.kind !== kind) return
      const held = bySize.get(answer.size) ?? { note: answer.note, lines: [] }
      held.lines.push(signature)
      bySize.set(answer.size, held)
      const collected = collect(held.note, held.lines)
      if (collected.quorum) resolve({ size: answer.size, note: collected.note })
    }
    const waited = setTimeout(() => resolve(null), ROUND_MS_MAX)
    void Promise.all(committee.seats.map(seat => desk.submit(seat.key).then(take))).then(() => resolve(null))
    const found = await promise
    clearTimeout(waited)
    const willing = committee.seats.filter(seat => desk.willing(seat.key)).reduce((sum, { weight }) => sum + weight, 0)
    stale = found === null && willing >= committee.quorum
    return found
  }

  /** The committee of the epoch before hands the log over, once. True when the new one may be asked. */
  const handOver = async (epoch: number): Promise<boolean> => {
    const origin = log.checkpoint().split('\n', 1)[0] ?? ''
    if (epoch < 2 || handovers.of(origin).some(held => held.epoch === epoch)) return true
    const before = registry.committee(own, epoch - 1)
    if (before.total === 1) return true
    const voted = await ask(before, 'voted', (note, lines) => collectVotes(init, before, note, lines))
    if (voted === null) return false
    handovers.keep(origin, epoch, voted.note)
    return true
  }

  const certify = async (epoch: number): Promise<{ size: number; note: string } | null> => {
    const committee = registry.committee(own, epoch)
    if (committee.total === 1) {
      const size = log.signedSize()
      return { size, note: log.certify(size, []) }
    }
    if (!(await handOver(epoch))) return null
    const found = await ask(committee, 'cosigned', (note, lines) => collectCosignatures(init, committee, note, lines))
    if (found === null) return null
    const lines = bodyOf(found.note)
      .split('\n')
      .filter(line => line.startsWith('— ') && line.includes('/seat '))
    cosigned = lines.flatMap(line => parseSeatName(line.split(' ')[1] ?? '') ?? [])
    return { size: found.size, note: log.certify(found.size, lines) }
  }

  return {
    /** Of the next commit: a log that stood alone enters with its community, and then goes from one epoch to the next. */
    nextEpoch(): number {
      const now = registry.epoch()
      const before = epochOf(log.signedSize())
      const next = before === 0 ? registry.joined(own) : before + 1
      return next === null || next > now ? before : next
    },
    /** The newest head is of an epoch before the one that counts now. */
    isOutdated(): boolean {
      return this.nextEpoch() > epochOf(log.signedSize())
    },
    /** The newest head missed its quorum, and only its age keeps a quorum that answers from signing it. */
    stale: (): boolean => stale,
    lastCosigned: (): readonly Uint8Array[] => cosigned,
    /** Null when there is nothing to say: the newest head is final, or was told before. */
    async run(): Promise<RoundEnd | null> {
      const size = log.signedSize()
      if (size === 0 || (last?.final === true && last.size === size)) return null
      const certified = await certify(epochOf(size))
      const end: RoundEnd =
        certified === null ? { size, note: log.checkpoint(), final: false } : { ...certified, final: true }
      if (last !== null && last.size === end.size && last.final === end.final) return null
      last = end
      return end
    },
  }
}
