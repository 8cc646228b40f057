import { expect, it } from 'vitest'
import { createCaptions } from '#node/store/captions.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const [own, other] = [0, 1].map(testAuthor) as [ReturnType<typeof testAuthor>, ReturnType<typeof testAuthor>]
const RELEASE = 'ab'.repeat(16)
const cue = (text: string) => ({ at: 0, until: 1_000, text })

const say = (author: typeof own, seq: number, track: number, language: string, ...texts: string[]) =>
  accepted(
    signed(author, {
      type: 'catalog/captions',
      community: author.publicKey,
      seq,
      at: 1_700_000_000_000 + seq,
      body: { release: RELEASE, track, language, cues: texts.map(cue) },
    }),
  )

it('the words of a track are what its community said last, by language, and none when it took them back', () => {
  const events = [
    say(own, 1, 0, 'en', 'first'),
    say(own, 3, 0, 'en', 'newest'),
    say(own, 2, 0, 'en', 'second'),
    say(own, 4, 0, 'ur', 'گیت'),
    say(own, 5, 2, 'en', 'gone'),
    say(own, 6, 2, 'en'),
    say(other, 9, 0, 'en', 'not theirs to say'),
  ]
  for (const list of [events, [...events].reverse()]) {
    const { db, store } = storeInMemory()
    store.append(list)
    const captions = createCaptions(db)
    expect([...captions.languages(RELEASE, own.publicKey)]).toEqual([[0, ['en', 'ur']]])
    expect(captions.cues(RELEASE, own.publicKey, 0, 'en')).toEqual([cue('newest')])
    expect(captions.cues(RELEASE, own.publicKey, 2, 'en')).toBeNull()
    expect(captions.cues(RELEASE, own.publicKey, 0, 'fr')).toBeNull()
  }
})
