import { StageError } from '#node/errors.ts'
import type { CrossingRow } from '#node/ports/crossing.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { TransferEndEntry } from '#protocols/ledger/v1/entry-value.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { readTransfer, unwrap } from '#src/value/delivery/unwrap.ts'
import { ladderOf } from '#src/value/ladder.ts'
import { fineUnit } from '#src/value/line-policy.ts'
import { hex, key32, optionalKey32 } from '../keys.ts'
import type { ProvenLeaves } from './proven-leaf.ts'
import { saidOf } from './refusals.ts'
import { ownHead } from './show-leaves.ts'

export interface TransfersInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly views: Views
  readonly nameOf: (community: Uint8Array) => string
  readonly proven: ProvenLeaves
  readonly clock: Clock
}

const RELEASE = 'release/'

/** What is known of how a transfer ended. */
interface Ending {
  readonly index: number
  readonly entry: TransferEndEntry
}

/** Payments of members to other communities, as their pages show them. */
export function createTransfers({ own, ledger, views, nameOf, proven, clock }: TransfersInit) {
  const endingOf = ({ ended }: CrossingRow): Ending | null => {
    const record = ended === null ? null : ledger.record(ended)
    const entry = record === null ? null : decodeEntry(record.entry)
    return ended !== null && entry?.ok && entry.value.kind === 'transfer-end'
      ? { index: ended, entry: entry.value }
      : null
  }

  /** Minor units that were paid out at the end, as the destination's entry inside the answer says. */
  const arrivedOf = (order: Uint8Array, ending: Ending | null): bigint | null => {
    const read = ending === null ? null : readTransfer(order)
    if (ending === null || !read?.ok) return null
    const inside = unwrap(read.value, ending.entry.next, ending.entry.leaf)
    const { scale } = read.value.body.asset
    return inside.ok ? inside.value.decision.amount / fineUnit(scale) : null
  }

  const factsOf = (row: CrossingRow, ending: Ending | null, asset: string) => ({
    acked: true,
    certified: row.index < (ownHead(ledger)?.size ?? 0),
    outcome: ending?.entry.outcome ?? null,
    written: row.written !== null,
    owedAfter: row.settledAt,
    reduced: ledger.reduced(row.peer, asset),
  })

  const describe = (row: CrossingRow): { info: api.TransferInfo; ending: Ending | null } => {
    const record = ledger.record(row.index)
    const entry = record === null ? null : decodeEntry(record.entry)
    const order = entry?.ok && entry.value.kind === 'transfer-out' ? entry.value.order : null
    const read = order === null ? null : readTransfer(order)
    if (record === null || order === null || !read?.ok || row.payer === null)
      throw new StageError('not-found', 'There is no such payment in the log here.')
    const { body } = read.value
    const ending = endingOf(row)
    const { step, returned } = ladderOf(factsOf(row, ending, `${body.asset.code}/${body.asset.scale}/${hex(own)}`))
    const release = body.payee.startsWith(RELEASE) ? body.payee.slice(RELEASE.length) : null
    const arrived = ending?.entry.outcome === 'delivered' ? arrivedOf(order, ending) : null
    const info: api.TransferInfo = {
      id: hex(row.order),
      account: hex(row.payer),
      to: hex(body.to),
      toName: nameOf(body.to),
      next: hex(row.peer),
      via: body.via.map(hex),
      payee: body.payee,
      payeeName: release === null ? null : (views.release(release)?.manifest.title ?? null),
      release,
      use: body.use,
      amount: String(body.amount),
      arrived: arrived === null ? null : String(arrived),
      asset: { code: body.asset.code, scale: body.asset.scale, issuer: hex(body.asset.issuer) },
      at: record.at,
      expiry: body.expiry,
      index: row.index,
      sequence: row.sequence,
      state: returned === null ? (step ?? 'accepted') : 'returned',
      late: ending === null && row.written === null && clock.nowMs() > body.expiry,
      refusal: returned === null ? null : { code: returned, said: saidOf(returned) },
    }
    return { info, ending }
  }

  return {
    info: (row: CrossingRow): api.TransferInfo => describe(row).info,
    list(account: string | undefined, limit: number): api.TransferInfo[] {
      const key = optionalKey32(account, 'An account')
      const payer = key === null ? null : ledger.account(key).account
      return ledger.crossingsSent(payer, limit).map(row => describe(row).info)
    },
    proof(id: string): api.TransferProof {
      const row = ledger.crossingOf(key32(id, 'A payment'))
      if (row?.payer == null) throw new StageError('not-found', 'There is no such payment in the log here.')
      const { info, ending } = describe(row)
      return {
        ...info,
        paid: proven.own(row.index),
        answer: ending === null ? null : proven.answer(ending.index, ending.entry),
      }
    },
  }
}

export type Transfers = ReturnType<typeof createTransfers>
