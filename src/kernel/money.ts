import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'

/** An exact amount: `units` of 10^-scale of the asset, from 0 to 2^64 - 1. */
export interface Money {
  readonly units: bigint
  readonly asset: Asset
}

type MoneyFaultCode = 'malformed' | 'too-precise' | 'overflow' | 'underflow' | 'asset-mismatch'

export interface MoneyFault {
  readonly code: MoneyFaultCode
  readonly message: string
}

/** Largest amount: every amount crosses the wire as an unsigned 64-bit integer. */
export const UNITS_MAX = (1n << 64n) - 1n

/** Longest accepted decimal text: 20 digits of a 64-bit amount, a point, and room for the finest scale. */
const DECIMAL_LENGTH_MAX = 40
const DECIMAL = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/

const fault = (code: MoneyFaultCode, message: string): Result<never, MoneyFault> => err({ code, message })

/** Reads a decimal such as `12.50` exactly. No sign, no exponent, no grouping; never more digits than `scale`. */
export function parseUnits(decimal: string, scale: number): Result<bigint, MoneyFault> {
  const match = decimal.length <= DECIMAL_LENGTH_MAX ? DECIMAL.exec(decimal) : null
  if (match === null) return fault('malformed', 'write the amount in digits, such as 5 or 12.50')
  const [, whole = '0', fraction = ''] = match
  if (fraction.length > scale)
    return fault('too-precise', `this asset counts ${scale} decimal places; write no more digits than that`)
  const units = BigInt(whole + fraction.padEnd(scale, '0'))
  return units > UNITS_MAX ? fault('overflow', 'the amount is larger than the ledger can count') : ok(units)
}

/** Writes units as a decimal with exactly `scale` places: the inverse of `parseUnits`. */
export function formatUnits(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
  return units < 0n ? `-${text}` : text
}

/** As people read it: `12.50 TEST`. */
export const formatMoney = (money: Money): string =>
  `${formatUnits(money.units, money.asset.scale)} ${money.asset.code}`

/** `a + b`, refused when it would not fit in 64 bits. */
export function addUnits(a: bigint, b: bigint): Result<bigint, MoneyFault> {
  const sum = a + b
  return sum > UNITS_MAX ? fault('overflow', 'the sum is larger than the ledger can count') : ok(sum)
}

/** `a - b`, refused when it would be negative. */
export function subtractUnits(a: bigint, b: bigint): Result<bigint, MoneyFault> {
  return b > a ? fault('underflow', 'there is less than that to take from') : ok(a - b)
}

/** Two assets are one only when code, scale and issuer all agree. */
export const sameAsset = (a: Asset, b: Asset): boolean =>
  a.code === b.code && a.scale === b.scale && equals(a.issuer, b.issuer)

const together = (a: Money, b: Money, units: Result<bigint, MoneyFault>): Result<Money, MoneyFault> => {
  if (!sameAsset(a.asset, b.asset)) return fault('asset-mismatch', 'amounts of different assets cannot be combined')
  return units.ok ? ok({ units: units.value, asset: a.asset }) : units
}

export const addMoney = (a: Money, b: Money): Result<Money, MoneyFault> => together(a, b, addUnits(a.units, b.units))

export const subtractMoney = (a: Money, b: Money): Result<Money, MoneyFault> =>
  together(a, b, subtractUnits(a.units, b.units))
