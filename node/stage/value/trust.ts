import type { OwnLog } from '#node/ports/ledger.ts'
import { type LineUse, roomToGiveUp } from '#src/value/line-policy.ts'
import type { PendingOut, Trust } from '#src/value/relay/view.ts'
import { keyOf } from './neighbours.ts'

type Log = Pick<OwnLog, 'peer' | 'position' | 'lines'>

/**
 * How much may be given up without asking anybody, for each neighbour and asset of what is on its way: as far as this community's
 * own line for it goes. `given` besides what `pending` shows as written off: what was and came late, fine units.
 */
export function trustIn(
  ledger: Log,
  pending: readonly PendingOut[],
  given: (next: string, asset: string) => bigint,
  now: number,
): Trust[] {
  const lines = [...ledger.lines()]
  const places = new Map(pending.map(({ next, asset }) => [`${next} ${asset}`, { next, asset }]))
  return [...places.values()].map(({ next, asset }) => {
    const [code = '', scale = ''] = asset.split('/')
    const key = keyOf(next)
    const line = lines.find(
      one => one.code === code && one.scale === Number(scale) && Buffer.compare(one.community, key) === 0,
    )
    const use: Pick<LineUse, 'position' | 'frozen'> = {
      position: ledger.position(key, code, Number(scale)),
      frozen: ledger.peer(key)?.frozen ?? false,
    }
    const open = pending
      .filter(one => one.written && one.next === next && one.asset === asset)
      .reduce((sum, { net }) => sum + net, 0n)
    return { community: next, asset, room: roomToGiveUp(line ?? null, use, open + given(next, asset), now) }
  })
}
