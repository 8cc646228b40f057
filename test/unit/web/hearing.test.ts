import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STATUS } from '#node/http/problem.ts'
import { createHearing, REFUSALS } from '#web/shell/hearing.ts'

const WORDS = {
  'This room is closed.': 'dieser Raum ist zu.',
  'Check "{0}" in {1}: {2}.': '{1}: „{0}“ prüfen: {2}.',
  'the request body': 'die Anfrage',
  '{1} of {0} seats signed.': 'von {0} Sitzen haben {1} gezeichnet.',
  'Look at the card again: {0}. Nothing was redeemed.': 'Karte noch einmal ansehen: {0}. Nichts eingelöst.',
  'it is cut': 'sie ist abgeschnitten',
  'Try again.': 'Noch einmal.',
  '{0}{1}': 'fits everything, and so nothing',
}
const heard = createHearing(() => WORDS)

describe('what a stage says', () => {
  it.each([
    ['This room is closed.', 'dieser Raum ist zu.'],
    ['Check "name" in the request body: too long.', 'die Anfrage: „name“ prüfen: too long.'],
    ['3 of 7 seats signed.', 'von 7 Sitzen haben 3 gezeichnet.'],
    [
      'Look at the card again: it is cut. Nothing was redeemed.',
      'Karte noch einmal ansehen: sie ist abgeschnitten. Nichts eingelöst.',
    ],
    ['This room is closed. Try again.', 'dieser Raum ist zu. Noch einmal.'],
    ['This room is closed. Something else.', 'This room is closed. Something else.'],
    ['Nobody translated this.', 'Nobody translated this.'],
  ])('“%s” is heard as “%s”', (said, understood) => {
    expect(heard(said)).toBe(understood)
  })

  it('is told by its code when nobody translated the sentence', () => {
    expect(heard('Nobody translated this.', 'busy')).toBe(REFUSALS.busy)
    expect(heard('This room is closed.', 'busy')).toBe('dieser Raum ist zu.')
    expect(heard('Nobody translated this.', 'a-code-of-tomorrow')).toBe('Nobody translated this.')
  })

  it('has a sentence for every way in which a stage says no', () => {
    expect(Object.keys(REFUSALS).sort()).toEqual([...Object.keys(STATUS), 'unreachable'].sort())
  })

  it('is never lost, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(heard(`${text}${text}`).length).toBeGreaterThanOrEqual(text.length)
      }),
    )
  })
})
