/** Text from other machines must not move a terminal's cursor or reorder its line. */
export const clean = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Decimal units with three significant digits: `12.3 MB`. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1]
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(value >= 9.995 ? 1 : 2)} ${UNITS[unit]}`
}

/** `4 s`, `2 min 5 s`, `3 h 20 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** `3:07`, as on a record sleeve. */
export function trackTime(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Integer units of 10^-scale as a decimal, exactly: money never passes through a float. */
export function amountText(units: string, scale: number, code: string): string {
  const digits = units.padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${whole}${scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`} ${code}`
}

/** A decimal such as `12.50` in integer units of 10^-scale, or `null` when it is no such amount. */
export function parseAmount(text: string, scale: number): bigint | null {
  const match = /^(\d{1,20})(?:\.(\d{1,18}))?$/.exec(text)
  const fraction = match?.[2] ?? ''
  if (match === null || fraction.length > scale) return null
  return BigInt((match[1] ?? '0') + fraction.padEnd(scale, '0'))
}

export const dayTime = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 16)

/** Columns padded to their widest cell, cleaned; nothing for no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map(row => row.map(clean))
  const widths = head.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  return cells
    .map(
      row =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
