import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Audience } from '#node/http/audience.ts'

const [CONCERT, MEETING] = ['ab'.repeat(16), 'cd'.repeat(16)]

describe('the audience of an event', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const open = () => {
    const told: [string, number][] = []
    const audience = new Audience((event, count) => told.push([event, count]))
    return { told, audience }
  }

  it('is everybody who looks at it, each once, until they look away or leave', () => {
    const { audience } = open()
    const [ana, ben] = [audience.enter(), audience.enter()]
    expect(audience.look(ana, CONCERT, true)).toBe(1)
    expect(audience.look(ana, CONCERT, true)).toBe(1)
    expect(audience.look(ben, CONCERT, true)).toBe(2)
    expect(audience.look(ben, MEETING, true)).toBe(1)
    expect(audience.look(ben, CONCERT, false)).toBe(1)
    audience.leave(ana)
    expect(audience.look('nobody', CONCERT, true)).toBe(0)
    audience.leave(ben)
    expect(audience.look(ben, MEETING, true)).toBe(0)
    audience.close()
  })

  it('is told once for a crowd that comes within seconds, and again only when it changes', () => {
    const { told, audience } = open()
    for (let n = 0; n < 500; n++) audience.look(audience.enter(), CONCERT, true)
    expect(told).toEqual([])
    vi.advanceTimersByTime(3_000)
    expect(told).toEqual([[CONCERT, 500]])
    vi.advanceTimersByTime(60_000)
    expect(told).toHaveLength(1)
    audience.close()
  })
})
