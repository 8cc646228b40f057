import { describe, expect, it } from 'vitest'
import { allBareWords, bareWords } from '#test/support/bare-words.ts'
import { pageWords, translations } from '#test/support/page-words.ts'
import { sentencesMet, stageWords } from '#test/support/stage-words.ts'

const asked = pageWords()
const said = stageWords()
const isOfStage = (file: string): boolean => file.startsWith('stage-')
const places = (text: string): string[] => (text.match(/\{\d\}/g) ?? []).sort()

describe.each([...translations()])('the page in "%s"', (_code, files) => {
  const words = new Map([...files.values()].flatMap(file => Object.entries(file)))

  it('has every text', () => {
    expect([...asked].filter(key => !words.has(key))).toEqual([])
  })
  it('has nothing that the page does not say, and nothing twice', () => {
    for (const [file, texts] of files) {
      const known = isOfStage(file) ? said : asked
      expect(Object.keys(texts).filter(key => !known.has(key))).toEqual([])
    }
    expect([...files.values()].flatMap(Object.keys).filter((key, at, all) => all.indexOf(key) !== at)).toEqual([])
  })
  it('says nearly all that a stage says in its own words; the rest is said by its code', () => {
    const sentences = sentencesMet()
    const general = sentences.filter(sentence => !words.has(sentence))
    expect(general.length / sentences.length, general.join('\n')).toBeLessThan(0.05)
  })
  it('keeps the values of every text, and leaves none empty', () => {
    for (const [file, texts] of files)
      for (const [key, text] of Object.entries(texts)) {
        const [given, used] = [places(key), places(text)]
        // An English ending such as the s of many seconds may fall away in what the stage says.
        expect(isOfStage(file) ? used.filter(place => !given.includes(place)) : used, key).toEqual(
          isOfStage(file) ? [] : given,
        )
      }
    expect([...words].filter(([, text]) => text.trim() === '').map(([key]) => key)).toEqual([])
  })
})

describe('a template of the page', () => {
  it('has no words outside of what is asked a translation for', () => {
    expect(allBareWords()).toEqual({})
  })
  it('is found out when it has, in its text and in its labels', () => {
    expect(bareWords('<b title="Play it">\u0001</b> by him <code>npm run</code>')).toEqual(['by him', 'Play it'])
    expect(bareWords('<a href="/desk" class=\u0001>\u0001</a>')).toEqual([])
  })
})
