import { toString as toText } from 'uint8arrays/to-string'
import type { LedgerFault, Registry } from '#node/ports/ledger.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Charter } from '#protocols/ledger/v1/charter.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { committeeFor, selfCertified, withoutEjected } from '#src/ledger/committee/committee-for.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { joinedEpoch } from '#src/ledger/committee/verify-charter.ts'

/** What the adapters differ in: how a next epoch is proven, and where it is kept. */
export interface BookKeeping {
  readonly clock: Clock
  /** Reads and verifies the proof of the epoch that follows on `previous`. */
  readonly verify: (
    proof: Uint8Array,
    previous: Charter | null,
  ) => Result<Charter, LedgerFault> | Promise<Result<Charter, LedgerFault>>
  /** Durable before it returns. */
  readonly keepEpoch: (epoch: number, proof: Uint8Array) => Promise<void>
  readonly keepEjection: (seat: Uint8Array, evidence: Uint8Array) => Promise<void>
}

/** What was kept before, oldest epoch first. */
export interface BookState {
  readonly epochs: readonly { readonly proof: Uint8Array; readonly charter: Charter }[]
  readonly ejected: readonly Uint8Array[]
}

/** Committees for which seats were counted lately; each costs a walk over all members. */
const COMMITTEES_KEPT = 256

/** The federation by its charters, whoever proves and keeps them. An epoch counts from its charter's `startsAt` on. */
export function createBook({ clock, verify, keepEpoch, keepEjection }: BookKeeping, before: BookState): Registry {
  const epochs = [...before.epochs]
  const ejected = new Set(before.ejected.map(key => toText(key, 'base16')))
  const listeners = new Set<() => void>()
  const committees = new Map<string, Committee>()
  let tail: Promise<unknown> = Promise.resolve()

  const changed = (): void => {
    committees.clear()
    for (const listener of listeners) listener()
  }
  const isEjected = (seat: Uint8Array): boolean => ejected.has(toText(seat, 'base16'))
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const done = tail.then(job)
    tail = done.catch(() => {})
    return done
  }

  const adopt = async (proof: Uint8Array): Promise<Result<number, LedgerFault>> => {
    const known = epochs.findIndex(held => Buffer.compare(held.proof, proof) === 0)
    if (known >= 0) return ok(known + 1)
    const next = await verify(proof, epochs.at(-1)?.charter ?? null)
    if (!next.ok) return next
    if (next.value.epoch !== epochs.length + 1)
      return err({
        code: 'conflict',
        message: `Epoch ${epochs.length + 1} comes next; this is epoch ${next.value.epoch}.`,
      })
    await keepEpoch(next.value.epoch, proof)
    epochs.push({ proof, charter: next.value })
    changed()
    return ok(next.value.epoch)
  }

  return {
    epoch: () => epochs.findLast(({ charter }) => charter.startsAt <= clock.nowMs())?.charter.epoch ?? 0,
    committee(community, epoch) {
      const charter = epochs[epoch - 1]?.charter
      if (charter === undefined) return selfCertified(epoch)
      const key = `${epoch}/${toText(community, 'base16')}`
      const held = committees.get(key)
      if (held !== undefined) return held
      const found = withoutEjected(committeeFor(charter, community), isEjected)
      if (committees.size >= COMMITTEES_KEPT) committees.clear()
      committees.set(key, found)
      return found
    },
    joined: community =>
      joinedEpoch(
        epochs.map(({ charter }) => charter),
        community,
      ),
    history: () => epochs.map(({ proof, charter }) => ({ epoch: charter.epoch, proof })),
    adopt: proof => inTurn(() => adopt(proof)),
    eject: (seat, evidence) =>
      inTurn(async () => {
        if (isEjected(seat)) return
        await keepEjection(seat, evidence)
        ejected.add(toText(seat, 'base16'))
        changed()
      }),
    ejected: isEjected,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
