import type { OwnLog } from '#node/ports/ledger.ts'
import { roomToGiveUp } from '#src/value/line-policy.ts'
import type { PendingOut, Trust } from '#src/value/relay/view.ts'
import { hex } from '../keys.ts'
import { keyOf } from './neighbours.ts'

type Log = Pick<OwnLog, 'peer' | 'position' | 'line' | 'given'>

/**
 * How much may be given up without asking anybody, for each neighbour and asset of which something is due: as far as this
 * community's own line for it goes, less what it owes and what was given up toward it before, unless that was proven refused.
 */
export function trustIn(own: Uint8Array, ledger: Log, due: readonly PendingOut[], now: number): Trust[] {
  const places = new Map(due.map(({ next, asset }) => [`${next} ${asset}`, { next, asset }]))
  return [...places.values()].map(({ next, asset }) => {
    const [code = '', digits = ''] = asset.split('/')
    const scale = Number(digits)
    const key = keyOf(next)
    const line = ledger.line(key, code, scale)
    const use = { position: ledger.position(key, code, scale), frozen: ledger.peer(key)?.frozen ?? false }
    const given = ledger.given(key, `${asset}/${hex(own)}`)
    return { community: next, asset, room: roomToGiveUp(line && { ...line, code, scale }, use, given, now) }
  })
}
