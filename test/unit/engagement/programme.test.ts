import { describe, expect, it } from 'vitest'
import { onNow, partsOf, phaseOf, positionIn, saidBy } from '#src/engagement/programme.ts'

describe('an event', () => {
  const event = { startsAt: 100, endsAt: 200, cancelled: false }

  it('begins on time, ends on time, and stays cancelled', () => {
    expect([99, 100, 199, 200].map(now => phaseOf(event, now))).toEqual(['before', 'on', 'on', 'over'])
    expect(phaseOf({ ...event, cancelled: true }, 150)).toBe('cancelled')
  })

  it('says what is on: the last item that began', () => {
    const programme = [{ at: 100 }, { at: 150 }, { at: 150 }]
    expect([99, 100, 149, 150, 900].map(now => onNow(programme, now))).toEqual([-1, 0, 0, 2, 2])
  })

  it('counts down to zero and not below', () => {
    expect(partsOf(90_061_000)).toEqual({ days: 1, hours: 1, minutes: 1, seconds: 1 })
    expect(partsOf(1)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 1 })
    expect(partsOf(-5)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 })
  })

  it('replays its chat in step with the recording, over the tracks of it, and back again when it is wound back', () => {
    const messages = [50, 110, 130, 170].map(at => ({ at }))
    expect(positionIn([20, 30, 40], 1, 5)).toBe(25)
    expect(saidBy(messages, 100, positionIn([20, 30, 40], 1, 15)).map(one => one.at)).toEqual([50, 110, 130])
    expect(saidBy(messages, 100, 0).map(one => one.at)).toEqual([50])
  })
})
