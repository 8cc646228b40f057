import { StageError } from '#node/errors.ts'
import type { KeptSettings, SettingsApi } from '#node/ports/settings.ts'
import { Joining, type StageSettings } from '#protocols/api/v1/settings.ts'
import { CURRENCY, type Currency } from './currency.ts'

export interface SettingsInit {
  readonly kept: KeptSettings
  readonly currency: Currency
  /** Whether amounts in the currency exist: entries of the log, or prices. */
  readonly counts: () => boolean
  readonly cap: {
    readonly bytes: () => number
    readonly set: (bytes: number) => Promise<void>
    /** Whether it was given when the stage was started. */
    readonly given: boolean
  }
  /** Called after a change, for open pages. */
  readonly changed: () => void
}

const COUNTED =
  'The log has entries or prices in this currency already. What was promised in it cannot become something else.'
const GIVEN =
  'It was given when this stage was started (--cache-cap, BANDSTAND_CACHE_CAP or cache_cap in bandstand.toml), and that wins.'

function refuse(message: string, path: string): never {
  throw new StageError('bad-request', message, { path })
}

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

/** As the wire refuses it in names: controls, and marks that reorder what people read. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/u

const CACHE_CAP = 'cache-cap'

/** The cap that the operator chose on the page, in bytes. */
export function capKept(kept: Pick<KeptSettings, 'get'>, otherwise: number): number {
  const text = kept.get(CACHE_CAP) ?? ''
  return /^\d{1,16}$/.test(text) ? Number(text) : otherwise
}

/** What the operator decides on the page; what was given when the stage was started stands above it. */
export function createSettings({ kept, currency, counts, cap, changed }: SettingsInit): SettingsApi {
  const shown = (): ReturnType<SettingsApi['shown']> => ({
    place: kept.get('place') ?? '',
    timeZone: kept.get('time-zone'),
    language: kept.get('language'),
    joining: Joining.catch('everyone').parse(kept.get('joining') ?? 'everyone'),
    step: kept.get('step') === null ? null : Number(kept.get('step')),
  })
  const read = (): StageSettings => ({
    ...shown(),
    currency: { code: currency.asset.code, scale: currency.asset.scale, fixed: counts() ? COUNTED : null },
    cacheCap: { bytes: cap.bytes(), fixed: cap.given ? GIVEN : null },
  })
  return {
    read,
    shown,
    async write(change) {
      const { place, timeZone, language, joining, step, cacheCapBytes } = change
      if (place !== undefined && (UNSAFE.test(place) || !place.isWellFormed()))
        refuse('Control characters are not allowed in the place.', 'place')
      if (timeZone != null && !isTimeZone(timeZone))
        refuse(`"${timeZone}" is no time zone that this stage knows, such as Europe/Lisbon.`, 'timeZone')
      const { asset } = currency
      const money = change.currency
      const isNew = money !== undefined && (money.code !== asset.code || money.scale !== asset.scale)
      if (isNew && counts()) throw new StageError('conflict', COUNTED, { path: 'currency' })
      const isNewCap = cacheCapBytes !== undefined && cacheCapBytes !== cap.bytes()
      if (isNewCap && cap.given) throw new StageError('conflict', GIVEN, { path: 'cacheCapBytes' })
      const optional = (name: string, value: string | null | undefined) =>
        value === undefined ? {} : { [name]: value }
      kept.set({
        ...optional('place', place),
        ...optional('time-zone', timeZone),
        ...optional('language', language),
        ...optional('joining', joining),
        ...optional('step', step === undefined || step === null ? step : String(step)),
        ...(isNew ? { [CURRENCY]: `${money.code}/${money.scale}` } : {}),
        ...(isNewCap ? { [CACHE_CAP]: String(cacheCapBytes) } : {}),
      })
      if (isNew) currency.set(`${money.code}/${money.scale}`)
      if (isNewCap) await cap.set(cacheCapBytes)
      changed()
      return read()
    },
  }
}
