import { describe, expect, it } from 'vitest'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { createSuccessor } from '#src/ledger/machine/create.ts'
import { ada } from '#test/support/ledger-story.ts'
import { codeOf, must } from '#test/support/ledger-writer.ts'
import { CENT, createValueLog, fanOf, growingTree, meet, openTown, type ValueLog } from '#test/support/value-logs.ts'

const fan = fanOf(0)

/** The log that goes on where this one was closed. */
function successorOf(log: ValueLog): ValueLog {
  log.signed()
  const { init, community, clock } = log
  const machine = must(createSuccessor(init, log.machine.snapshot()))
  const next = createValueLog(log.desk, { machine, init, at: clock.at, generation: 2 })
  const predecessor = {
    origin: originOf(community),
    size: log.machine.size,
    root: growingTree(log.entries).root(log.machine.size),
    stateRoot: log.machine.stateRoot(),
  }
  const { hash: rules } = init.rules
  must(
    next.append({ kind: 'genesis', at: clock.at, network: 'bandstand', community, generation: 2, predecessor, rules }),
  )
  next.clock.seq = clock.seq
  return next
}

describe('a log that was closed while money was on its way', () => {
  it('goes on in its successor: what was answered ends there, and numbers go on', () => {
    const [a, b] = openTown(2) as [ValueLog, ValueLog]
    must(b.line(a, 2_000n))
    must(a.send(fan, b, { amount: 100n }))
    meet(a, b)
    must(a.send(fan, b, { amount: 200n }))
    must(b.take(a))
    const next = successorOf(a)
    must(next.end(b, 2))
    expect([next.held(b), next.position(b), b.position(next)]).toEqual([0n, 300n * CENT, -300n * CENT])
    must(next.send(fan, b, { amount: 300n }))
    meet(next, b)
    expect(b.machine.peer(a.community)).toMatchObject({ received: 3 })
    expect([next.position(b), b.position(next), b.holds(ada.publicKey)]).toEqual([
      600n * CENT,
      -600n * CENT,
      360n * CENT,
    ])
  })

  it('is still heard about what it sent last, after its successor was', () => {
    const [a, b] = openTown(2) as [ValueLog, ValueLog]
    must(b.line(a, 2_000n))
    must(a.send(fan, b, { amount: 200n }))
    const next = successorOf(a)
    must(next.send(fan, b, { amount: 300n }))
    must(b.learn(next))
    expect(codeOf(b.take(next, 2))).toBe('sequence-gap')
    must(b.take(a, 1))
    must(b.take(next, 2))
    must(next.end(b, 1))
    must(next.end(b, 2))
    expect([next.position(b), b.position(next)]).toEqual([500n * CENT, -500n * CENT])
  })

  it('ends what it passed on with the answers that reach its successor', () => {
    const [a, c, b] = openTown(3) as [ValueLog, ValueLog, ValueLog]
    must(c.line(a, 1_000n))
    must(b.line(c, 1_000n))
    must(a.send(fan, b, { amount: 200n, via: [c.community] }))
    must(c.take(a))
    const next = successorOf(c)
    must(b.take(c))
    must(next.end(b, 1))
    must(a.end(next, 1))
    expect([a.position(next), next.position(a), next.position(b), b.position(next)]).toEqual([
      200n * CENT,
      -200n * CENT,
      200n * CENT,
      -200n * CENT,
    ])
  })
})
