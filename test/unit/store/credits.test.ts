import { describe, expect, it } from 'vitest'
import { areCreditsMissing, createCredits } from '#node/store/credits.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const [band, other] = [testAuthor(0), testAuthor(1)]
const RELEASE = 'ab'.repeat(16)
const say = (author: typeof band, seq: number, name: string) =>
  accepted(
    signed(author, {
      type: 'catalog/credits',
      community: author.publicKey,
      seq,
      at: 1_700_000_000_000 + seq,
      body: { release: RELEASE, tracks: [[{ name, role: 'vocals' }]] },
    }),
  )

describe('who played what', () => {
  const events = [say(band, 1, 'Ana'), say(band, 3, 'Cem'), say(band, 2, 'Ben'), say(other, 9, 'Nobody')]

  for (const [order, list] of [
    ['as it was said', events],
    ['backwards', [...events].reverse()],
  ] as const)
    it(`is what the release’s community said last, heard ${order}`, () => {
      const { db, store } = storeInMemory()
      store.append(list)
      const credits = createCredits(db)
      expect(credits.of(RELEASE, band.publicKey)).toEqual([[{ name: 'Cem', role: 'vocals' }]])
      expect(credits.of('cd'.repeat(16), band.publicKey)).toEqual([])
    })

  it('is read again where an older version kept the events unread', () => {
    const { db, store } = storeInMemory()
    store.append(events)
    expect(areCreditsMissing(db)).toBe(false)
    db.exec('DELETE FROM credits')
    expect(areCreditsMissing(db)).toBe(true)
  })
})
