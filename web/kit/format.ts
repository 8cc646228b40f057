import type { AssetInfo } from '#protocols/api/v1/schemas.ts'
import { counted, currentLanguage, leftToRight, t } from './words.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units: `1.2 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return leftToRight(`${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`)
}

/** `3:07`, or `1:02:09` from an hour on. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  const tail = String(seconds % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}

/** Words for a span of seconds still to go: `about 2 minutes`. */
export function formatTimeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return ''
  if (seconds < 5) return t`a moment`
  if (seconds < 60) return plural(Math.ceil(seconds), 'second')
  const minutes = Math.round(seconds / 60)
  return t`about ${minutes < 60 ? plural(minutes, 'minute') : plural(Math.round(minutes / 60), 'hour')}`
}

/** Exact: integer units to a decimal string, at least `min(scale, 2)` decimals, no trailing zeros beyond them. */
export function formatUnits(units: string | bigint, scale: number): string {
  const digits = BigInt(units)
    .toString()
    .padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ' ')
  const keep = Math.min(scale, 2)
  const all = digits.slice(digits.length - scale)
  const fraction = scale === 0 ? '' : all.slice(0, keep) + all.slice(keep).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

export const formatMoney = (units: string | bigint, asset: AssetInfo): string =>
  leftToRight(`${formatUnits(units, asset.scale)} ${asset.code}`)

const FINE_SCALE = 9
/** Fine units are shown to so many decimals at least, and rounded there: a statement has them all. */
const FINE_SHOWN = 4

/** Fine units (10^-9) to a decimal string of at most four decimals, or the asset's own where these are more; rounded half up. */
export function formatFine(units: string | bigint, asset: AssetInfo): string {
  const fine = BigInt(units)
  const shown = Math.max(asset.scale, FINE_SHOWN)
  const step = 10n ** BigInt(FINE_SCALE - shown)
  const size = fine < 0n ? -fine : fine
  const text = formatUnits((size + step / 2n) / step, shown)
  return `${fine < 0n ? '-' : ''}${asset.scale === 0 ? text.replace(/\.0+$/, '') : text}`
}

/** Amounts are unsigned 64-bit integers: at most 20 digits. */
const UNITS_MAX = 2n ** 64n - 1n

/** What a person typed to integer units; null when it is not an amount in this scale. */
export function parseUnits(input: string, scale: number): bigint | null {
  const match = /^(\d{1,20})(?:[.,](\d+))?$/.exec(input.trim())
  if (match === null) return null
  const fraction = match[2] ?? ''
  if (fraction.length > scale) return null
  const units = BigInt((match[1] ?? '0') + fraction.padEnd(scale, '0'))
  return units > UNITS_MAX ? null : units
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2 hours ago`, or the date when it is more than a week away. */
export function formatWhen(at: number, now: number): string {
  const delta = at - now
  const size = Math.abs(delta)
  if (size < MINUTE) return delta <= 0 ? t`just now` : t`in a moment`
  const relative = new Intl.RelativeTimeFormat(currentLanguage(), { numeric: 'auto' })
  if (size < HOUR) return relative.format(Math.round(delta / MINUTE), 'minute')
  if (size < DAY) return relative.format(Math.round(delta / HOUR), 'hour')
  if (size < 7 * DAY) return relative.format(Math.round(delta / DAY), 'day')
  return new Date(at).toLocaleDateString(currentLanguage(), { day: 'numeric', month: 'short', year: 'numeric' })
}

export const formatClock = (at: number): string =>
  new Date(at).toLocaleTimeString(currentLanguage(), { hour: '2-digit', minute: '2-digit', hour12: false })

/** Hundredths of a percent to words: `33.34 %`. */
export const formatShare = (shares: number): string =>
  leftToRight(`${formatUnits(String(shares), 2).replace(/\.?0+$/, '')} %`)

export const shortKey = (hex: string): string => (hex.length > 12 ? `${hex.slice(0, 6)}…${hex.slice(-4)}` : hex)

/** A counted word in the page's language; a word that English makes plural with an s needs no second form. */
export const plural = (count: number, one: string, many = `${one}s`): string => counted(count, one, many)

/** A hue from 0 to 359 that belongs to a key or id for good. */
export const hueOf = (id: string): number => Number.parseInt(id.slice(0, 6).padEnd(6, '0'), 16) % 360

// As the wire refuses them: controls, and marks that reorder what people read.
const UNSPOKEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu

/** What a person typed or pasted, as it may be said: tabs become spaces, invisible controls go. Newlines stay. */
export const sayable = (text: string): string => text.replaceAll('\t', ' ').replace(UNSPOKEN, '').toWellFormed().trim()
