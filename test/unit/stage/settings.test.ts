import { describe, expect, it } from 'vitest'
import { createCurrency } from '#node/stage/currency.ts'
import { capKept, createSettings } from '#node/stage/settings.ts'
import { createKeptSettings } from '#node/store/joining.ts'
import { testAuthor } from '#test/support/author.ts'
import { storeInMemory } from '#test/support/world.ts'

const issuer = testAuthor(0).publicKey

function desk(over: { counts?: boolean; given?: boolean } = {}) {
  const kept = createKeptSettings(storeInMemory().db)
  const state = { bytes: 20e9, told: 0, counts: over.counts ?? false }
  const open = () => {
    const currency = createCurrency(kept, issuer)
    const settings = createSettings({
      kept,
      currency,
      counts: () => state.counts,
      cap: {
        bytes: () => state.bytes,
        set: async bytes => {
          state.bytes = bytes
        },
        given: over.given ?? false,
      },
      changed: () => void state.told++,
    })
    return { currency, settings }
  }
  return { kept, state, open, ...open() }
}

describe('what the operator decides', () => {
  it('is kept over a restart, and open pages are told', async () => {
    const { settings, open, state, kept } = desk()
    await settings.write({
      place: 'Old Harbour',
      timeZone: 'Europe/Lisbon',
      language: 'ur',
      joining: 'invited',
      step: 3,
    })
    await settings.write({ currency: { code: 'EUR', scale: 2 }, cacheCapBytes: 5e9 })
    expect(state.told).toBe(2)
    const { settings: later, currency } = open()
    expect(later.read()).toMatchObject({
      place: 'Old Harbour',
      timeZone: 'Europe/Lisbon',
      language: 'ur',
      joining: 'invited',
      step: 3,
      currency: { code: 'EUR', scale: 2, fixed: null },
    })
    expect(currency.asset).toMatchObject({ code: 'EUR', scale: 2 })
    expect(capKept(kept, 1)).toBe(5e9)
    await later.write({ timeZone: null, step: null })
    expect(later.read()).toMatchObject({ timeZone: null, step: null, place: 'Old Harbour' })
  })

  it('is all taken or nothing: one bad answer leaves the others as they were', async () => {
    const { settings, state } = desk({ counts: true })
    const before = settings.read()
    for (const bad of [{ timeZone: 'Mars/Olympus' }, { place: 'a\u202eb' }, { currency: { code: 'EUR', scale: 2 } }])
      await expect(settings.write({ joining: 'nobody', ...bad })).rejects.toMatchObject({ name: 'StageError' })
    expect(settings.read()).toEqual(before)
    expect(state.told).toBe(0)
  })

  it('does not touch a currency in which something was promised already, and says why', async () => {
    const { settings, state } = desk()
    await settings.write({ currency: { code: 'EUR', scale: 2 } })
    state.counts = true
    await expect(settings.write({ currency: { code: 'GBP', scale: 2 } })).rejects.toMatchObject({ code: 'conflict' })
    expect(settings.read().currency.fixed).toContain('promised')
    await settings.write({ currency: { code: 'EUR', scale: 2 } })
  })

  it('stands below what was given when the stage was started', async () => {
    const { settings } = desk({ given: true })
    expect(settings.read().cacheCap.fixed).toContain('--cache-cap')
    await expect(settings.write({ cacheCapBytes: 1 })).rejects.toMatchObject({ code: 'conflict' })
    await settings.write({ cacheCapBytes: 20e9 })
  })
})
