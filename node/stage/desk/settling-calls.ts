import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { SettlingApi } from '#node/ports/desk-api.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { NettingRow, SettlementRow } from '#node/ports/settlements.ts'
import type { Rails } from '#node/ports/settling.ts'
import type { NettingInfo, SettlementInfo } from '#protocols/api/v1/desk-schemas.ts'
import type { AssetInfo } from '#protocols/api/v1/schemas.ts'
import { fineUnit } from '#src/value/line-policy.ts'
import { hex, key32 } from '../keys.ts'
import type { Nettings } from '../settling/netting.ts'
import { isSignedBy, placeOf } from '../settling/netting-parts.ts'
import type { Settling } from '../settling/settling.ts'
import { type CounterpartyInit, createCounterparty } from './counterparty.ts'

export interface SettlingCallsInit extends CounterpartyInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly settling: Settling
  readonly nettings: Nettings
  readonly rails: Rails
  readonly asset: AssetInfo
  readonly nameOf: (community: Uint8Array) => string
}

const SHOWN = 200

/** Settlements, nettings and statements over the API. */
export function createSettlingCalls(init: SettlingCallsInit): SettlingApi {
  const { own, ledger, settling, nettings, rails, asset, nameOf } = init

  const settlement = (row: SettlementRow): SettlementInfo => {
    const side = settling.isDebtor(row) ? 'debtor' : 'creditor'
    const other = side === 'debtor' ? row.creditor : row.debtor
    const { code, scale, number, rail, payee, state, said, at, entry } = row
    const what = { code, scale, number, rail, payee, state, said, at, entry }
    return { id: hex(row.id), community: hex(other), name: nameOf(other), side, amount: String(row.amount), ...what }
  }

  const netting = (row: NettingRow): NettingInfo => {
    const document = nettings.read(row)
    const me = placeOf(document, own)
    const keyAt = (at: number): string => hex(document.participants[at] as Uint8Array)
    const lessOwed = document.changes.reduce((sum, { debtor, amount }) => (debtor === me ? sum + amount : sum), 0n)
    const { state, said, at, entry, expiry } = row
    return {
      id: hex(row.id),
      code: document.code,
      scale: document.scale,
      expiry,
      state,
      said,
      at,
      entry,
      participants: document.participants.map(key => ({
        community: hex(key),
        name: nameOf(key),
        signed: isSignedBy(document, key),
      })),
      changes: document.changes.map(({ debtor, creditor, amount }) => ({
        debtor: keyAt(debtor),
        creditor: keyAt(creditor),
        amount: String(amount),
      })),
      lessOwed: String(lessOwed),
    }
  }

  return {
    rails: () => rails.list().map(({ id, about, address }) => ({ id, about, address })),
    settlements: () => settling.list(SHOWN).map(settlement),
    async proposeSettlement({ community, amount, rail, payee }) {
      const creditor = key32(community, 'A community')
      const { code, scale } = asset
      const owed = ledger.position(creditor, code, scale) / fineUnit(scale)
      if (owed <= 0n || equals(creditor, own))
        throw new StageError('conflict', `This community owes ${nameOf(creditor)} nothing that could be settled.`)
      const all = amount === null ? owed : BigInt(amount)
      return settlement(await settling.propose({ creditor, code, scale, amount: all, rail, payee }))
    },
    confirmSettlement: async (id, words) => settlement(await settling.confirm(key32(id, 'A settlement'), words)),
    refuseSettlement: async id => settlement(await settling.refuse(key32(id, 'A settlement'))),
    nettings: () => nettings.list().map(netting),
    netting: id => netting(nettings.find(key32(id, 'A netting'))),
    proposeNetting: async () => netting(await nettings.propose({ code: asset.code, scale: asset.scale })),
    acceptNetting: async id => netting(await nettings.accept(key32(id, 'A netting'))),
    refuseNetting: id => netting(nettings.refuse(key32(id, 'A netting'))),
    counterparty: createCounterparty(init),
  }
}
