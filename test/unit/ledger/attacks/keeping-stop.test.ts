import { describe, expect, it } from 'vitest'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { TransferEndEntry, TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import { splitOf } from '#protocols/ledger/v1/split.ts'
import { codeOf, nobleHasher as hasher, must } from '#test/support/ledger-writer.ts'
import { createRogueLog, rogueDesk } from '#test/support/rogue-log.ts'
import { CENT, fanOf, hexOf, openTown, type ValueLog } from '#test/support/value-logs.ts'

const fan = fanOf(0)
const NO_LINES = splitOf(data => hasher.sha256(data), [])

/** A payer's community that sent 5.00 to the payee's, by way of a stop that writes whatever it likes. */
function onTheWay() {
  const [a, b] = openTown(2) as [ValueLog, ValueLog]
  const stop = createRogueLog(rogueDesk)
  must(a.send(fan, b, { via: [stop.community] }))
  a.signed()
  const index = a.places.asks.get(`${hexOf(stop.community)}/1`) ?? -1
  const asked = { source: a.community, sequence: 1, index, leaf: a.leaf(index), path: [] }
  const forwarded: TransferInEntry = {
    kind: 'transfer-in',
    at: a.clock.at,
    ...asked,
    outcome: 'forwarded',
    amount: 500n * CENT,
    onward: 1,
    split: NO_LINES,
  }
  const delivered: TransferInEntry = { ...forwarded, outcome: 'delivered', onward: null }
  /** What the stop says that the log after it answered. */
  const ended = (leaf: Uint8Array, next = b.community): TransferEndEntry => ({
    kind: 'transfer-end',
    at: a.clock.at,
    next,
    sequence: 1,
    index: 0,
    leaf,
    path: [],
    outcome: 'delivered',
    back: { source: a.community, sequence: 1 },
  })
  const end = (answer: TransferInEntry | TransferEndEntry): string => {
    const at = stop.write(answer)
    const { note, size, commit, path } = stop.head()
    must(a.append(must(a.machine.head({ note, commit, path, consistency: [] }, a.clock.at))))
    return codeOf(a.machine.transferEnd({ next: stop.community, sequence: 1, ...stop.show(at, size) }, a.clock.at))
  }
  return { a, b, stop, forwarded, delivered, ended, end }
}

describe('a stop that would keep what it should pass on', () => {
  it('cannot say that it delivered itself', () => {
    const { a, stop, delivered, end } = onTheWay()
    expect(end(delivered)).toBe('bad-leaf')
    expect(a.held(stop)).toBe(500n * CENT)
    expect(a.position(stop)).toBe(0n)
  })

  it('cannot show its own delivery as that of the log after it', () => {
    const { b, delivered, ended, end } = onTheWay()
    expect(end(ended(encodeEntry(delivered), b.community))).toBe('bad-leaf')
  })

  it('cannot show a delivery of a log that is not the next on the way', () => {
    const { stop, forwarded, ended, end } = onTheWay()
    const elsewhere = { ...forwarded, source: stop.community, leaf: encodeEntry(forwarded) }
    const taken = encodeEntry({ ...elsewhere, outcome: 'delivered', onward: null })
    expect(end(ended(taken, new Uint8Array(32).fill(9)))).toBe('bad-leaf')
  })

  it('is believed when it nests what the payee’s log answered to it: whether that log is honest, its neighbour must know', () => {
    const { stop, forwarded, ended, end } = onTheWay()
    const taken = encodeEntry({
      ...forwarded,
      source: stop.community,
      leaf: encodeEntry(forwarded),
      outcome: 'delivered',
      onward: null,
    })
    expect(end(ended(taken))).toBe('ok')
  })
})
