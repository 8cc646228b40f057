import { setImmediate } from 'node:timers/promises'
import type { LogCopies, OwnLog } from '#node/ports/ledger.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { readAnswer, readAsking } from '#src/ledger/machine/foreign-leaves.ts'
import { hex } from '../keys.ts'
import type { ShownSource } from './show-leaves.ts'

/** Entries that are read before the loop is given back to others. */
const CHUNK = 256

/** The own log's generation before, as a verified copy of it shows it: what it sent and answered is still to be shown. */
export interface ClosedLog extends ShownSource {
  readonly generation: number
  /** Index of the leaf that asked `next`; null when it is not known, or not yet. */
  asked(next: Uint8Array, sequence: number): number | null
  /** Index of the leaf that answered `source`; null when it is not known, or not yet. */
  answered(source: Uint8Array, sequence: number): number | null
}

export interface ClosedLogInit {
  readonly own: Uint8Array
  readonly ledger: Pick<OwnLog, 'checkpoint'>
  readonly copies: Pick<LogCopies, 'prove' | 'entries' | 'consistencyProof'>
}

const generationOf = (note: string): number => parseOrigin(note.split('\n', 1)[0] ?? '')?.generation ?? 0

/** Null for a first generation, and where no copy of the one before is held. Whoever closes a log holds one. */
export function createClosedLog({ own, ledger, copies }: ClosedLogInit): ClosedLog | null {
  const now = generationOf(ledger.checkpoint())
  const note = now > 1 ? copies.prove(own, 0)?.checkpoint : undefined
  const head = note === undefined ? null : parseCheckpoint(note)
  if (note === undefined || !head?.ok || generationOf(note) >= now) return null
  const { size } = head.value
  const asks = new Map<string, number>()
  const answers = new Map<string, number>()
  const nameOf = (community: Uint8Array, sequence: number): string => `${hex(community)}/${sequence}`

  const look = (leaf: Uint8Array, index: number): void => {
    const asking = readAsking(leaf)
    const next = asking?.stops[asking.here]
    if (asking !== null && next !== undefined) asks.set(nameOf(next, asking.sequence), index)
    const answer = readAnswer(leaf)
    if (answer !== null && answer.outcome !== 'forwarded') answers.set(nameOf(answer.source, answer.sequence), index)
  }
  const readAll = async (): Promise<void> => {
    for (let start = 0; start < size; start += CHUNK) {
      for (const [at, leaf] of copies.entries(own, start, Math.min(CHUNK, size - start)).entries())
        look(leaf, start + at)
      await setImmediate()
    }
  }
  // What is not found is not shown, and waits for the write-off.
  void readAll().catch(() => {})

  return {
    generation: generationOf(note),
    certified: () => note,
    entries: (start, limit) => copies.entries(own, start, limit),
    inclusion(index) {
      const proven = copies.prove(own, index)
      return proven?.checkpoint === note ? [...proven.proof] : []
    },
    consistencyProof: (from, to) => copies.consistencyProof(own, from, to),
    asked: (next, sequence) => asks.get(nameOf(next, sequence)) ?? null,
    answered: (source, sequence) => answers.get(nameOf(source, sequence)) ?? null,
  }
}
