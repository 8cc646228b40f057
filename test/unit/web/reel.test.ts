import { describe, expect, it } from 'vitest'
import type { QueueTrack } from '#web/kit/mod.ts'
import { Reel } from '#web/player/reel.ts'

const track = (title: string) => ({ info: { title } }) as unknown as QueueTrack

describe('tracks on one time line', () => {
  it('lie behind each other, and a time belongs to the one that has begun', () => {
    const [one, two, three] = [track('one'), track('two'), track('three')]
    const reel = new Reel(one)
    reel.at(0).endS = 7.0065
    const second = reel.follow(two)
    second.endS = 16.0065
    reel.follow(three)
    expect([0, 3, 6.99, 7.0065, 12, 16.01, 40].map(timeS => reel.at(timeS).track)).toEqual([
      one,
      one,
      one,
      two,
      two,
      three,
      three,
    ])
    expect(reel.after(second)?.startS).toBe(16.0065)
  })

  it('give way to others that are to follow instead', () => {
    const reel = new Reel(track('one'))
    reel.at(0).endS = 7
    reel.follow(track('two'))
    reel.cutAfter(reel.at(0))
    expect(reel.after(reel.at(0))).toBeNull()
    expect(reel.at(30).track.info.title).toBe('one')
    expect(reel.follow(track('three')).startS).toBe(7)
  })
})
