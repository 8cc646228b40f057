import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calledWords, calls, callWord, claimedName } from '#src/engagement/mention.ts'

describe('calling somebody by @', () => {
  it('takes the whole name, whatever its case, and nothing longer', () => {
    expect(calls('Hey @Lena, again!', 'lena')).toBe(true)
    expect(calls('hey @Ana Maria!', 'Ana maria')).toBe(true)
    expect(calls('hey @lenable', 'lena')).toBe(false)
    expect(calls('write to me@lena.example', 'lena')).toBe(false)
    expect(calls('lena', 'lena')).toBe(false)
    expect(calls('@ nobody', '')).toBe(false)
  })

  it('is no part of a name that somebody gave themselves, so that nobody looks like the bearer of a handle', () => {
    expect(claimedName('@lena')).toBe('lena')
    expect(claimedName('Lena ＠lena')).toBe('Lena lena')
    expect(claimedName('﹫')).toBe('')
    expect(claimedName('Omar')).toBe('Omar')
  })

  it('reads names of every script', () => {
    expect(calls('سنو @لینا کل', 'لینا')).toBe(true)
    expect(calls('@BJÖRK!', 'björk')).toBe(true)
  })

  it('looks at a few names of one text only', () => {
    expect(calledWords(Array.from({ length: 50 }, (_, at) => `@n${at}`).join(' '))).toHaveLength(8)
  })

  it('finds by its word whatever calls a name', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_éßÖ]{1,20}(?: [a-z]{1,8})?$/)
    fc.assert(
      fc.property(
        name,
        fc.stringMatching(/^[a-z .,!?]{0,30}$/),
        fc.stringMatching(/^[ .,!?][a-z .,!?]{0,30}$/),
        (who, before, after) => {
          const text = `${before} @${who.toUpperCase()}${after}`
          const found = calls(text, who)
          if (!found) return
          expect(calledWords(text)).toContain(callWord(who))
        },
      ),
    )
    expect(calls(' @ÉA.', 'éa')).toBe(true)
  })
})
