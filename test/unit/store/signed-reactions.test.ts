import { compare } from 'uint8arrays/compare'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const [desk, ...fans] = [0, 1, 2, 3, 4, 5].map(testAuthor)
if (desk === undefined) throw new Error('six authors')
const draft = (type: string, seq: number, body: unknown) => ({
  type,
  community: desk.publicKey,
  seq,
  at: 1_700_000_000_000 + seq,
  body,
})

describe('the tally of a reaction', () => {
  const message = signed(desk, draft('engagement/chat', 1, { room: 'main', name: '', text: 'Tonight at eight' }))
  const target = asText(accepted(message).id, 'hex')
  const react = (fan: (typeof fans)[number], seq: number, on = true, emoji = '🎷') =>
    signed(fan, draft('engagement/reaction', seq, { target, emoji, on }))

  it('is counted from signed events, each of which anybody may ask for, page by page', () => {
    const { store, views } = storeInMemory()
    const [first, second, third, gone, banned] = fans as [
      typeof desk,
      typeof desk,
      typeof desk,
      typeof desk,
      typeof desk,
    ]
    const counted = [react(first, 2), react(second, 2), react(third, 2)]
    const others = [react(first, 3, true, '👏'), react(gone, 2), react(gone, 3, false), react(banned, 2)]
    const ban = { action: 'ban', target: banned.publicKey, until: 0, reason: '' }
    const decision = signed(desk, draft('engagement/decision', 4, ban))
    store.append([message, ...counted, ...others, decision].map(accepted))
    expect(views.reactions(target, null).find(({ emoji }) => emoji === '🎷')?.count).toBe(3)
    const page = views.signedReactions(target, '🎷', null, 2)
    const rest = views.signedReactions(target, '🎷', page.at(-1)?.author ?? null, 2)
    const authors = [first, second, third].map(({ publicKey }) => publicKey).sort(compare)
    expect([...page, ...rest].map(({ author }) => Buffer.from(author))).toEqual(authors.map(key => Buffer.from(key)))
    for (const { author, bytes } of [...page, ...rest]) {
      expect(counted.some(one => compare(one, bytes) === 0)).toBe(true)
      const envelope = decodeEnvelope(bytes)
      expect(envelope.ok && compare(envelope.value.author, author)).toBe(0)
    }
  })
})
