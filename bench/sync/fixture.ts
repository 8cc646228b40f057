import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasher, signerFromSeed } from '#node/identity/crypto-ports.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import { openDatabase } from '#node/store/database.ts'
import { createEventStore } from '#node/store/event-store.ts'
import { MIGRATIONS } from '#node/store/schema.ts'
import { decodeEnvelope, encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'

export const EVENTS = 100_000
export const MISSING = 1_000
const AUTHORS = 1_000
/** Some two years ago, one message a second: no two clocks agree, few messages share a millisecond. */
const START_MS = 1_700_000_000_000
const APPEND = 1_000

const seedOf = (text: string): Uint8Array => hasher.sha256(new TextEncoder().encode(text))
export const COMMUNITY = signerFromSeed(seedOf('bench community')).publicKey

/** 100,000 signed chat messages of 1,000 authors, in order of time. */
export function* history(): Generator<AcceptedEvent> {
  const authors = Array.from({ length: AUTHORS }, (_, n) => ({ signer: signerFromSeed(seedOf(`fan ${n}`)), seq: 0 }))
  for (let n = 0; n < EVENTS; n++) {
    const author = authors[(n * 7_919) % AUTHORS] as (typeof authors)[number]
    const type = 'engagement/chat'
    const body = {
      room: 'main',
      name: `Fan ${(n * 7_919) % AUTHORS}`,
      text: `Message ${n}, about the length of a line.`,
    }
    const payload = encodePayload({
      type,
      author: author.signer.publicKey,
      community: COMMUNITY,
      seq: ++author.seq,
      at: START_MS + n * 1_000 + ((n * 31) % 900),
      body,
    })
    const message = signedBytes(type, payload)
    const envelope = decodeEnvelope(encodeEnvelope(payload, author.signer.sign(message) as Uint8Array))
    if (!envelope.ok) throw new Error(envelope.error.message)
    yield { id: hasher.sha256(message), envelope: envelope.value }
  }
}

/** Which events a stage lacks: scattered over the whole history, or the latest, as after an absence. */
export type Lack = 'holes' | 'tail'

/** 1,000 numbers that look random and are the same in every run (a linear congruence). */
function scattered(): ReadonlySet<number> {
  const out = new Set<number>()
  for (let state = 1; out.size < MISSING; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    out.add(Math.floor((state / 2 ** 32) * EVENTS))
  }
  return out
}

const SCATTERED = scattered()

const LACKS: { readonly [L in Lack]: (n: number) => boolean } = {
  holes: n => SCATTERED.has(n),
  tail: n => n >= EVENTS - MISSING,
}

export interface Fixture {
  readonly full: string
  readonly lacking: { readonly [L in Lack]: string }
}

export function openStore(file: string) {
  const db = openDatabase(file, MIGRATIONS, 'NORMAL')
  return { store: createEventStore(db, file), close: () => db.close() }
}

/** Writes one store with every event and one for each kind of lack. */
export async function prepare(folder: string): Promise<Fixture> {
  const fixture = {
    full: join(folder, 'full.db'),
    lacking: { holes: join(folder, 'holes.db'), tail: join(folder, 'tail.db') },
  }
  const stores = [
    { ...openStore(fixture.full), lacks: () => false },
    { ...openStore(fixture.lacking.holes), lacks: LACKS.holes },
    { ...openStore(fixture.lacking.tail), lacks: LACKS.tail },
  ]
  let n = 0
  let batch: AcceptedEvent[] = []
  for (const event of history()) {
    batch.push(event)
    if (batch.length < APPEND && n + batch.length < EVENTS) continue
    const first = n
    for (const { store, lacks } of stores) store.append(batch.filter((_, index) => !lacks(first + index)))
    n += batch.length
    batch = []
  }
  for (const { close } of stores) close()
  return fixture
}

/** A copy to spoil. */
export async function copyOf(file: string, name: string): Promise<string> {
  const copy = `${file}.${name}`
  await copyFile(file, copy)
  return copy
}
