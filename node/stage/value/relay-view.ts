import type { CrossingRow } from '#node/ports/crossing.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { ValueAsk } from '#node/ports/value.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { Decided, PendingOut, RelayView } from '#src/value/relay/view.ts'
import { hex } from '../keys.ts'
import { keyOf, type Neighbours } from './neighbours.ts'
import { ownHead } from './show-leaves.ts'
import { trustIn } from './trust.ts'

/** Of one neighbour: transfers that a look goes through which it has not taken, those that it has not answered, those given up. */
const UNSENT_MAX = 128
const SILENT_MAX = 1_024
const WRITTEN_MAX = 64
/** Transfers that may be given up in one look. */
const DUE_MAX = 64

export interface RelayViewInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly peers: Pick<ValueAsk, 'connected'>
  readonly neighbours: Neighbours
  readonly recourseMs: number
}

/** Transfers of a closed generation that this log began with: they are in its state, and none of its entries sent them. */
function carriedIn(ledger: OwnLog): Pick<CrossingRow, 'peer' | 'sequence'>[] {
  const generation = parseOrigin(ledger.checkpoint().split('\n', 1)[0] ?? '')?.generation ?? 1
  if (generation === 1) return []
  return [...ledger.outs()].flatMap(({ next: peer, sequence }) =>
    ledger.crossing('out', peer, sequence) === null ? [{ peer, sequence }] : [],
  )
}

type Open = Pick<CrossingRow, 'peer' | 'sequence'> & { readonly index?: number | null }

/** What the relay decides from, read from the own log at every look. */
export function createRelayView({ own, ledger, peers, neighbours, recourseMs }: RelayViewInit) {
  let carried = carriedIn(ledger)

  const pendingOf = ({ peer, sequence, index = null }: Open): PendingOut[] => {
    const out = ledger.out(peer, sequence)
    if (out === null) return []
    const { expiry, written, net } = out
    const [code = '', scale = ''] = out.asset.split('/')
    return [{ next: hex(peer), sequence, index, expiry, written, asset: `${code}/${scale}`, net }]
  }

  /** Each neighbour has its own share of a look, so that one that never answers hides no other. */
  const openToward = (peer: Uint8Array): CrossingRow[] => {
    const { took } = neighbours.of(hex(peer))
    return [
      ...ledger.openCrossings(peer, { after: took }, UNSENT_MAX),
      ...ledger.openCrossings(peer, { upTo: took }, SILENT_MAX),
      ...ledger.openCrossings(peer, { written: true }, WRITTEN_MAX),
    ]
  }

  /** `decided`: what was decided here in this process and not shown to those who asked. */
  return (decided: readonly Decided[], now: number): RelayView => {
    const rows = ledger.dueCrossings(now - recourseMs, DUE_MAX)
    const open = [...[...ledger.peers()].flatMap(openToward), ...rows]
    carried = carried.filter(({ peer, sequence }) => ledger.out(peer, sequence) !== null)
    const before = carried.flatMap(pendingOf)
    const pending = [...[...new Map(open.map(row => [row.index, row])).values()].flatMap(pendingOf), ...before]
    const due = [...rows.flatMap(pendingOf), ...before.filter(({ expiry }) => expiry <= now - recourseMs)]
    const connected = new Set(peers.connected().map(hex))
    const named = new Set([...pending.map(({ next }) => next), ...decided.map(({ source }) => source)])
    return {
      certified: ownHead(ledger)?.size ?? 0,
      pending,
      decided,
      waiting: [],
      neighbours: [...named].map(community => {
        const { retryAt, took, askedAt, talking } = neighbours.of(community)
        const received = ledger.peer(keyOf(community))?.received ?? 0
        return { community, connected: connected.has(community) && !talking, retryAt, took, askedAt, received }
      }),
      trust: trustIn(own, ledger, due, now),
    }
  }
}
