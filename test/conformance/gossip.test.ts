import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, describe, expect, test } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createIntake } from '#node/intake/intake.ts'
import { createMessageId } from '#node/p2p/gossip/router.ts'
import { topicName } from '#node/p2p/gossip/topics.ts'
import type { Verdict } from '#node/ports/gossip.ts'
import { openDatabase } from '#node/store/database.ts'
import { createEventStore } from '#node/store/event-store.ts'
import { MIGRATIONS } from '#node/store/schema.ts'

interface Vectors {
  readonly topics: { community: string; kind: 'events' | 'receipts'; topic: string }[]
  readonly ids: { topic: string; data: string; id: string }[]
  readonly now: number
  readonly messages: { name: string; hex: string; verdict: Verdict; code: string | null }[]
}

const FILE = join(import.meta.dirname, '../../protocols/gossip/v1/vectors.json')
const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as Vectors
const unhex = (text: string): Uint8Array => fromString(text, 'hex')
const community = unhex(vectors.topics[0]?.community ?? '')

const db = openDatabase(':memory:', MIGRATIONS, 'NORMAL')
afterAll(() => db.close())

/** The door of a stage that follows the community and holds nothing yet. */
const door = createIntake({
  own: new Uint8Array(32),
  store: createEventStore(db, ':memory:'),
  hasher,
  verifier,
  clock: { nowMs: () => vectors.now },
  rate: { burst: 1_000, perSecond: 1_000 },
  holds: held => equals(held, community),
  isBanned: () => false,
  hasRoom: () => true,
  execute: () => {
    throw new Error('no order comes by gossip')
  },
  executeVoucher: () => {
    throw new Error('no voucher comes by gossip')
  },
  appended: () => {},
  count: () => {},
})

describe('published vectors of gossip version 1', () => {
  test.each(vectors.topics)('$topic', ({ community, kind, topic }) => {
    expect(topicName(unhex(community), kind)).toBe(topic)
  })

  test.each(vectors.ids)('a message of $data has the id $id', ({ topic, data, id }) => {
    expect(asText(createMessageId()({ topic, data: unhex(data) }), 'hex')).toBe(id)
  })

  test.each(vectors.messages)('$name: $verdict', async ({ hex, verdict, code }) => {
    const result = await door.submit(unhex(hex), { kind: 'gossip', peer: 'somebody', community })
    const judged = result.ok
      ? { verdict: 'accept', code: null }
      : { verdict: result.error.gossip, code: result.error.code }
    expect(judged).toEqual({ verdict, code })
  })
})
