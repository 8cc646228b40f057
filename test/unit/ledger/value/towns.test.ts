import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { createMachine, restoreMachine } from '#src/ledger/machine/create.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { nobleHasher as hasher, must } from '#test/support/ledger-writer.ts'
import { mutate, seeded } from '#test/support/seeded.ts'
import { CENT, type ValueLog } from '#test/support/value-logs.ts'
import { checkLog, checkPairs, comeTogether, foundTown, happen, type Town } from '#test/support/value-towns.ts'

function live(seed: number, steps: number): Town {
  const random = seeded(seed)
  const town = foundTown(2 + random.int(3), random)
  for (let step = 0; step < steps; step++) {
    happen(town)
    if (random.int(4) > 0) continue
    for (const { machine } of town.logs) checkLog(machine)
    checkPairs(town)
  }
  return town
}

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 })

/** Runs the log again, and tells of each state before an entry. */
function replay(log: ValueLog, machine: Machine, from: number, before?: (machine: Machine, bytes: Uint8Array) => void) {
  for (const bytes of log.entries.slice(from)) {
    before?.(machine, bytes)
    must(machine.apply(must(readEntry(hasher, log.community, bytes))))
  }
  return machine
}

describe('bytes that nobody should send', () => {
  it('are refused with a code and a sentence, and change nothing', () => {
    const town = live(4_711, 150)
    comeTogether(town)
    const kinds = new Map<string, [ValueLog, number]>()
    for (const log of town.logs)
      for (const [index, bytes] of log.entries.entries()) {
        const entry = decodeEntry(bytes)
        if (entry.ok)
          kinds.set(`${entry.value.kind} ${'outcome' in entry.value ? entry.value.outcome : ''}`, [log, index])
      }
    const places = [...kinds.values()].map(([log, index]) => {
      const machine = createMachine(log.init)
      for (const bytes of log.entries.slice(0, index))
        must(machine.apply(must(readEntry(hasher, log.community, bytes))))
      return { log, machine, bytes: log.leaf(index), root: machine.stateRoot() }
    })
    expect(places.length).toBeGreaterThan(15)
    fc.assert(
      fc.property(seeds, fc.nat(places.length - 1), (seed, which) => {
        const { log, machine, bytes, root } = places[which] as (typeof places)[number]
        const changed = mutate(seeded(seed), bytes, log.entries)
        const read = readEntry(hasher, log.community, changed)
        const mark = machine.mark()
        const done = read.ok ? machine.apply(read.value) : read
        if (!done.ok)
          expect([done.error.code, done.error.message]).toEqual([expect.any(String), expect.stringMatching(/.{10}/)])
        if (!done.ok) expect(machine.stateRoot()).toEqual(root)
        checkLog(machine)
        machine.rollback(mark)
        machine.settle()
      }),
      { numRuns: 600 },
    )
  })
})

describe('communities that pay each other, refuse, fall silent, settle and net', () => {
  it('make and lose no money, and agree about every pair at any time; nothing is stuck once they meet', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 20, max: 90 }), (seed, steps) => {
        const town = live(seed, steps)
        comeTogether(town)
        for (const { machine } of town.logs) {
          checkLog(machine)
          expect([...machine.outs()]).toEqual([])
        }
        checkPairs(town)
        for (const [at, a] of town.logs.entries())
          for (const b of town.logs.slice(at + 1)) expect(a.position(b) + b.position(a)).toBe(0n)
      }),
      { numRuns: 30 },
    )
  })

  it('let nothing in beyond a limit, and come to the same state by replay, and by a snapshot and the rest', () => {
    fc.assert(
      fc.property(seeds, fc.nat(100), (seed, cut) => {
        const town = live(seed, 60)
        for (const log of town.logs) {
          const { machine, init } = log
          const whole = replay(log, createMachine(init), 0, (before, bytes) => {
            const entry = decodeEntry(bytes)
            if (!entry.ok || entry.value.kind !== 'transfer-in' || entry.value.amount === 0n) return
            const { source } = entry.value
            const line = before.line(source, 'TEST', 2)
            const after = must(readEntry(hasher, log.community, bytes))
            const mark = before.mark()
            must(before.apply(after))
            expect(-before.position(source, 'TEST', 2)).toBeLessThanOrEqual((line?.limit ?? 0n) * CENT)
            before.rollback(mark)
            before.settle()
          })
          expect(whole.stateRoot()).toEqual(machine.stateRoot())
          const at = cut % log.entries.length
          const half = createMachine(init)
          for (const bytes of log.entries.slice(0, at)) must(half.apply(must(readEntry(hasher, log.community, bytes))))
          if (at === 0) continue
          const restored = must(restoreMachine(init, at, half.snapshot()))
          expect(restored.stateRoot()).toEqual(half.stateRoot())
          // What was tried and undone leaves nothing behind.
          const mark = restored.mark()
          replay(log, restored, at)
          restored.stateRoot()
          restored.rollback(mark)
          restored.settle()
          expect(restored.stateRoot()).toEqual(half.stateRoot())
          const rest = replay(log, restored, at)
          expect([...rest.snapshot()]).toEqual([...machine.snapshot()])
          expect([...rest.outs()]).toEqual([...machine.outs()])
          expect([...rest.lines()]).toEqual([...machine.lines()])
          expect([...rest.purchases()]).toEqual([...machine.purchases()])
        }
      }),
      { numRuns: 12 },
    )
  })
})
