import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventStore } from '#node/ports/event-store.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted } from '#test/support/world.ts'

const [ana, ben] = [testAuthor(1), testAuthor(2)]
const [park, hall] = [testAuthor(10).publicKey, testAuthor(11).publicKey]
const AT_MS = 1_700_000_000_000

interface Said {
  readonly author?: typeof ana
  readonly community?: Uint8Array
  readonly seq: number
  readonly at?: number
  readonly text?: string
}

function said({ author = ana, community = park, seq, at = AT_MS + seq, text = `message ${seq}` }: Said) {
  const body = { room: 'main', name: '', text }
  return accepted(signed(author, { type: 'engagement/chat', community, seq, at, body }))
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const hexes = (list: readonly Uint8Array[]): string[] => list.map(hex)

/** What every `EventStore` promises to intake and sync. `open` gives an empty one. */
export function eventStoreContract(name: string, open: () => { store: EventStore; close(): void }): void {
  describe(`the event store (${name})`, () => {
    let held: ReturnType<typeof open>
    let store: EventStore
    beforeEach(() => {
      held = open()
      store = held.store
    })
    afterEach(() => held.close())

    it('starts empty', () => {
      expect(store.count(park)).toBe(0)
      expect([...store.keys(park)]).toEqual([])
      expect(store.vector(park, 10)).toEqual([])
      expect(store.nextSeq(park, ana.publicKey)).toBe(1)
    })

    it('says which events of a batch were new, and keeps each once', () => {
      const [one, two] = [said({ seq: 1 }), said({ seq: 2 })]
      expect(store.append([one, two, one])).toEqual([true, true, false])
      expect(store.append([two])).toEqual([false])
      expect(store.count(park)).toBe(2)
      expect(store.has(one.id)).toBe(true)
      expect(store.has(said({ seq: 3 }).id)).toBe(false)
    })

    it('gives back the exact bytes, leaves out what it does not hold or what another community holds', () => {
      const [here, there, nowhere] = [said({ seq: 1 }), said({ seq: 1, community: hall }), said({ seq: 9 })]
      store.append([here, there])
      const found = store.get(park, [nowhere.id, here.id, there.id])
      expect(hexes(found)).toEqual([hex(here.envelope.bytes)])
    })

    it('keeps communities apart', () => {
      store.append([said({ seq: 1 }), said({ seq: 7, community: hall })])
      expect(store.count(park)).toBe(1)
      expect(store.nextSeq(park, ana.publicKey)).toBe(2)
      expect(store.nextSeq(hall, ana.publicKey)).toBe(8)
      expect([...store.keys(hall)]).toHaveLength(1)
    })

    it('counts what was added since it was last asked, each event once', () => {
      const counts = () => [store.count(park), store.count(hall)]
      expect(counts()).toEqual([0, 0])
      store.append([said({ seq: 1 }), said({ seq: 1, community: hall }), said({ seq: 2 })])
      expect(counts()).toEqual([2, 1])
      expect(counts()).toEqual([2, 1])
      store.append([said({ seq: 2 }), said({ seq: 3 })])
      expect(counts()).toEqual([3, 1])
      expect([[...store.keys(park)].length, [...store.keys(hall)].length]).toEqual(counts())
    })

    it('lists every author with the highest sequence and the number of events, or nothing when there are too many', () => {
      store.append([said({ seq: 1 }), said({ seq: 5 }), said({ seq: 5, text: 'again' }), said({ author: ben, seq: 2 })])
      const rows = [...(store.vector(park, 2) ?? [])].sort((a, b) => a.seqMax - b.seqMax)
      expect(rows.map(row => [hex(row.author), row.seqMax, row.count])).toEqual([
        [hex(ben.publicKey), 2, 1],
        [hex(ana.publicKey), 5, 3],
      ])
      expect(store.vector(park, 1)).toBeNull()
    })

    it('reads one author after a sequence, in order and within a limit', () => {
      const events = [4, 1, 3, 2].map(seq => said({ seq }))
      store.append([...events, said({ author: ben, seq: 2 })])
      const wanted = [events[3], events[2]].map(event => hex(event?.envelope.bytes as Uint8Array))
      expect(hexes(store.byAuthor(park, ana.publicKey, 1, 2))).toEqual(wanted)
      expect(store.byAuthor(park, ana.publicKey, 4, 10)).toEqual([])
      expect(store.byAuthor(park, ana.publicKey, 0, 10)).toHaveLength(4)
    })

    it('lists all keys by time, then by id as bytes', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 50 })), { maxLength: 30 }), drafts => {
          const fresh = open()
          const events = drafts.map(([at, seq]) => said({ seq, at: AT_MS + at }))
          fresh.store.append(events)
          const keys = [...fresh.store.keys(park)].map(({ at, id }) => [at, hex(id)] as const)
          const sorted = [...new Map(events.map(event => [hex(event.id), event.envelope.at]))]
            .map(([id, at]) => [at, id] as const)
            .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
          expect(keys).toEqual(sorted)
          fresh.close()
        }),
        { numRuns: 25 },
      )
    })
  })
}
