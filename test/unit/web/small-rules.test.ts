import { describe, expect, test } from 'vitest'
import type { PeerInfo } from '#protocols/api/v1/schemas.ts'
import { fromBase64, fromHex, toBase64, toHex } from '#web/fan/encoding.ts'
import { Store } from '#web/kit/store.ts'
import { agreedSentence, clockSentence } from '#web/parts/desk/agreed.ts'
import { merged, OFFERED, toggled } from '#web/parts/release/tally.ts'

const peer = (change: Partial<PeerInfo>): PeerInfo => ({
  peerId: '12D3',
  address: '/ip4/127.0.0.1/tcp/1',
  direction: 'inbound',
  name: null,
  software: null,
  protocols: {},
  features: [],
  clockSkewMs: null,
  refused: null,
  latencyMs: null,
  ...change,
})

describe('what two stages agreed', () => {
  test('is one sentence that names each deed once', () => {
    const protocols = { '/bandstand/hello/1.0.0': '1.0.0', '/bandstand/sync/1.0.0': '1.0.0', blocks: '1.0.0' }
    expect(agreedSentence(peer({ protocols }))).toBe(
      'They introduce themselves, catch each other up and exchange music.',
    )
    expect(agreedSentence(peer({ protocols: { engagement: '1', events: '1', gossip: '1' } }))).toContain(' and ')
  })

  test('says why there is none', () => {
    expect(agreedSentence(peer({ refused: 'it lacks signed events' }))).toBe('No agreement: it lacks signed events')
    expect(agreedSentence(peer({ protocols: { unheard: '9' } }))).toBe('Connected; nothing agreed yet.')
  })

  test('a clock is mentioned only when it is off', () => {
    expect(clockSentence(null)).toBeNull()
    expect(clockSentence(300)).toBeNull()
    expect(clockSentence(-61_000)).toBe('Its clock is 61 s behind.')
  })
})

describe('reactions', () => {
  test('the offered emoji come first and always, others by count', () => {
    const shown = merged([
      { emoji: '🎺', count: 2, mine: false },
      { emoji: '👏', count: 1, mine: true },
      { emoji: '🪩', count: 5, mine: false },
      { emoji: '🥁', count: 0, mine: false },
    ])
    expect(shown.map(one => one.emoji)).toEqual([...OFFERED, '🪩', '🎺'])
  })

  test('a second tap takes back the first', () => {
    const before = merged([])
    const once = toggled(before, '🔥')
    expect(once.find(one => one.emoji === '🔥')).toEqual({ emoji: '🔥', count: 1, mine: true })
    expect(toggled(once, '🔥')).toEqual(before)
  })
})

describe('a store', () => {
  test('tells its listeners of changes only, until they leave', () => {
    const store = new Store(1)
    const heard: number[] = []
    const leave = store.subscribe(value => heard.push(value))
    store.set(1)
    store.update(value => value + 1)
    leave()
    store.set(3)
    expect(heard).toEqual([2])
    expect(store.get()).toBe(3)
  })
})

test('hex and base64 round-trip', () => {
  const bytes = Uint8Array.from([0, 1, 127, 128, 255])
  expect(toHex(bytes)).toBe('00017f80ff')
  expect(fromHex(toHex(bytes))).toEqual(bytes)
  expect(fromBase64(toBase64(bytes))).toEqual(bytes)
})
