import { equals } from 'uint8arrays/equals'
import type { NettingBook, NettingRow } from '#node/ports/settlements.ts'
import { decodeNetting, type Netting } from '#protocols/value/v1/netting.ts'
import { type NettingAsset, shrinks } from './netting-parts.ts'

/** Rows looked through: more never wait at once. */
const ROWS_MAX = 256

/** What was kept was checked before; failing to read it is damage. */
export function readNetting(row: NettingRow): Netting {
  const decoded = decodeNetting(row.document)
  if (!decoded.ok) throw new Error(`a netting document in desk.db cannot be read: ${decoded.error.message}`)
  return decoded.value
}

export type StruckOut = (community: Uint8Array, asset: NettingAsset, except?: Uint8Array) => bigint | null

/**
 * What documents that are signed here and not complete may strike out at any time of what is owed to a community (above zero), or
 * of what it owes (below zero), fine units; null when no such document is about that pair. Spec: value/v1 "Netting". `except`: id
 * of a document that does not count.
 */
export function createStruckOut(book: Pick<NettingBook, 'list'>, own: Uint8Array): StruckOut {
  return (community, { code, scale }, except) => {
    const changes = book
      .list(ROWS_MAX)
      .filter(row => row.state === 'signed' && !(except !== undefined && equals(row.id, except)))
      .map(readNetting)
      .filter(one => one.code === code && one.scale === scale)
      .map(one => shrinks(one, own, community))
      .filter(change => change !== 0n)
    return changes.length === 0 ? null : changes.reduce((sum, change) => sum + change, 0n)
  }
}
