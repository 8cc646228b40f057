import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { ORIGIN_PATTERN } from './limits.ts'

const SEAT_NAME = /^bandstand\.([0-9a-f]{64})\/seat$/

/** One log of a community: its first is generation 1, each successor one more. */
export interface LogName {
  readonly community: Uint8Array
  readonly generation: number
}

/** Origin line and key name of a community's log: the key itself, so that nobody else can claim it. */
export function originOf(community: Uint8Array, generation = 1): string {
  const name = `bandstand.${toText(community, 'base16')}/log`
  return generation === 1 ? name : `${name}.${generation}`
}

/** The other way; null when the line is no origin of a community's log. */
export function parseOrigin(origin: string): LogName | null {
  if (!ORIGIN_PATTERN.test(origin)) return null
  const [name = '', generation = '1'] = origin.slice('bandstand.'.length).split('/log.')
  return { community: fromString(name.slice(0, 64), 'base16'), generation: Number(generation) }
}

/** Key name of a community's cosignatures, as an auditor of other logs. */
export const seatNameOf = (community: Uint8Array): string => `bandstand.${toText(community, 'base16')}/seat`

/** Key name of a community's votes to hand a log over to the next committee. */
export const handoverNameOf = (community: Uint8Array): string => `bandstand.${toText(community, 'base16')}/handover`

/** The other way; null when the name is no seat's. */
export function parseSeatName(name: string): Uint8Array | null {
  const match = SEAT_NAME.exec(name)
  return match === null ? null : fromString(match[1] ?? '', 'base16')
}
