import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QueueTrack } from '#web/kit/mod.ts'
import { enqueued, without } from '#web/player/queue.ts'
import { chooseLanguageOf, cuesAt, nextChange } from '#web/shell/cues.ts'

const track = (title: string) => ({ info: { title } }) as unknown as QueueTrack
const titles = (queue: readonly QueueTrack[]) => queue.map(({ info }) => info.title).join(' ')

describe('the queue', () => {
  const queue = ['a', 'b', 'c'].map(track)

  it('takes songs behind what plays, or at the end, each as one of its own', () => {
    expect(titles(enqueued({ queue, at: 1 }, [track('x'), track('y')], 'next').queue)).toBe('a b x y c')
    expect(titles(enqueued({ queue, at: 1 }, [track('x')], 'last').queue)).toBe('a b c x')
    const again = enqueued({ queue, at: 0 }, [queue[0] as QueueTrack], 'last')
    expect(new Set(again.queue).size).toBe(4)
    expect(enqueued({ queue, at: 0 }, Array(5_000).fill(queue[0]), 'next').queue.length).toBe(2_000)
  })

  it('lets any go but what plays, which stays what plays', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1 }),
        fc.nat(),
        fc.integer({ min: -2, max: 40 }),
        (names, place, index) => {
          const before = { queue: names.map(track), at: place % names.length }
          const after = without(before, index)
          expect(after.queue[after.at]).toBe(before.queue[before.at])
          const gone = index >= 0 && index < names.length && index !== before.at
          expect(after.queue.length).toBe(names.length - (gone ? 1 : 0))
        },
      ),
    )
  })
})

describe('words in step', () => {
  const cues = [
    { at: 0, until: 2_000, text: 'one' },
    { at: 1_500, until: 3_000, text: 'two' },
    { at: 5_000, until: 6_000, text: 'three' },
  ]

  it('are there from their first moment up to their last', () => {
    const shown = (ms: number) => cuesAt(cues, ms).map(({ text }) => text)
    expect([0, 1_499, 1_500, 2_000, 3_000, 5_999, 6_000].map(shown)).toEqual([
      ['one'],
      ['one'],
      ['one', 'two'],
      ['two'],
      [],
      ['three'],
      [],
    ])
  })

  it('stay as they are until the next change', () => {
    fc.assert(
      fc.property(fc.nat(7_000), ms => {
        const wait = nextChange(cues, ms)
        if (wait === null) expect(ms).toBeGreaterThanOrEqual(6_000)
        for (const later of [0, 0.5, 0.99]) expect(cuesAt(cues, ms + (wait ?? 0) * later)).toEqual(cuesAt(cues, ms))
      }),
    )
  })

  it('are read in the language of the page, or of its kind, or in the first there is', () => {
    expect(chooseLanguageOf(['ur', 'en-GB'], 'en')).toBe('en-GB')
    expect(chooseLanguageOf(['en-GB', 'en'], 'en')).toBe('en')
    expect(chooseLanguageOf(['fr', 'de'], 'ur')).toBe('fr')
  })
})
