import { StageError } from '#node/errors.ts'

/** Turns one raw value (text from a flag or the environment, anything from the file) into its setting, or throws. */
export type Reader<T> = (raw: unknown, where: string) => T

function refuse(raw: unknown, where: string, expected: string): never {
  throw new StageError('bad-arguments', `${where} is ${JSON.stringify(raw)}: expected ${expected}.`, { path: where })
}

export const port: Reader<number> = (raw, where) => {
  const value = typeof raw === 'string' && /^\d{1,5}$/.test(raw) ? Number(raw) : raw
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535
    ? value
    : refuse(raw, where, 'a port from 0 to 65535, where 0 takes any free one')
}

const YES = ['true', '1', 'yes', 'on']
const NO = ['false', '0', 'no', 'off']

export const flag: Reader<boolean> = (raw, where) => {
  if (typeof raw === 'boolean') return raw
  const word = typeof raw === 'string' ? raw.toLowerCase() : ''
  if (YES.includes(word)) return true
  return NO.includes(word) ? false : refuse(raw, where, 'true or false')
}

export const choice =
  <const T extends string>(...allowed: readonly T[]): Reader<T> =>
  (raw, where) =>
    allowed.includes(raw as T) ? (raw as T) : refuse(raw, where, `one of ${allowed.join(', ')}`)

export const words =
  (max: number, what: string): Reader<string> =>
  (raw, where) =>
    // Control characters would let a name repaint a terminal.
    typeof raw === 'string' && raw.trim() !== '' && raw.trim().length <= max && !/[\u0000-\u001f\u007f]/.test(raw)
      ? raw.trim()
      : refuse(raw, where, what)

/** IPv4 or IPv6 literal, or `localhost`: what a socket can bind to without asking a name server. */
export const host: Reader<string> = (raw, where) =>
  typeof raw === 'string' &&
  (raw === 'localhost' || /^(\d{1,3}\.){3}\d{1,3}$/.test(raw) || /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(raw))
    ? raw
    : refuse(raw, where, 'an IP address to listen on, such as 127.0.0.1')

/** A list of multiaddrs: repeated flag, comma-separated text, or a list in the file. */
export const addresses: Reader<readonly string[]> = (raw, where) => {
  const list: unknown[] = Array.isArray(raw)
    ? raw
    : typeof raw === 'string'
      ? raw.split(',')
      : refuse(raw, where, MULTIADDRS)
  return list
    .map(item => (typeof item === 'string' ? item.trim() : refuse(item, where, MULTIADDRS)))
    .filter(item => item !== '')
    .map(item => (item.startsWith('/') && item.length <= 400 ? item : refuse(item, where, MULTIADDRS)))
}
const MULTIADDRS = 'multiaddrs such as /ip4/192.0.2.7/tcp/4748/p2p/12D3KooW...'

/** Whole seconds, as milliseconds. */
export const count =
  (min: number, max: number): Reader<number> =>
  (raw, where) => {
    const value = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : raw
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : refuse(raw, where, `a whole number from ${min} to ${max}`)
  }

export const seconds =
  (min: number, max: number): Reader<number> =>
  (raw, where) => {
    const value = typeof raw === 'string' && /^\d{1,6}$/.test(raw) ? Number(raw) : raw
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value * 1000
      : refuse(raw, where, `whole seconds from ${min} to ${max}`)
  }

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  KI: 2 ** 10,
  MI: 2 ** 20,
  GI: 2 ** 30,
  TI: 2 ** 40,
}

/** An amount of storage: `20GB` (decimal), `1.5 TiB` (binary), or plain bytes. */
export const byteSize: Reader<number> = (raw, where) => {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)\s*((?:[KMGT]I?)?)B?$/.exec(String(raw).trim().toUpperCase())
  const unit = UNIT_BYTES[match?.[2] ?? 'none']
  const bytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN))
  return Number.isSafeInteger(bytes) ? bytes : refuse(raw, where, 'a size such as 500MB or 20GB')
}
