import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { fineUnit } from '#src/value/line-policy.ts'
import type { DeskApi } from '../ports/desk-api.ts'
import type { LedgerFault } from '../ports/ledger.ts'
import type { SettlementRow } from '../ports/settlements.ts'
import type { SettlingHandlers } from '../ports/settling.ts'
import type { ValueAsk } from '../ports/value.ts'
import { createNotes } from '../stage/desk/notes.ts'
import { createReversals } from '../stage/desk/reversals.ts'
import { createSettlingCalls } from '../stage/desk/settling-calls.ts'
import { createNettings } from '../stage/settling/netting.ts'
import { signedPosition } from '../stage/settling/positions.ts'
import { createSettling } from '../stage/settling/settling.ts'
import { createStruckOut } from '../stage/settling/struck-out.ts'
import { asResult } from '../stage/stage.ts'
import type { Door } from './door.ts'
import type { Cleanup, Foundation } from './foundation.ts'
import { openRails } from './rails.ts'

/** Of all settlements, the newest: older ones are in both logs. */
const SETTLEMENTS_LOOKED_AT = 200

/** Whether a settlement with a community may be in one log and not in the other: the creditor enters it first. */
const isOutside = (row: SettlementRow, community: Uint8Array, theirs: number): boolean =>
  (equals(row.debtor, community) && row.state !== 'failed' && row.number > theirs) ||
  (equals(row.creditor, community) && row.state !== 'failed' && row.state !== 'settled')

/** Whatever is not settled or netted everywhere is taken up again, also where nobody connects. */
const AGAIN_MS = 15_000
/** A stage that has just connected may not answer yet, or be reached over a connection that is about to end. */
const AFTER_MEETING_MS = [0, 1_000, 4_000]

const oddAnswer = err({ code: 'bad-message', message: 'The other stage answered something else than it was asked.' })
const nobody = err({ code: 'peer-unreachable', message: 'This stage does not speak with others yet.' })

/** The desk, and debts with other communities: what an operator does about value. `meet` gives it the way to other stages. */
export async function openSettling(base: Foundation, door: Door, cleanup: Cleanup) {
  const { own, ledger, live, log, views } = base
  const { nameOf } = door.catalog
  const parts = await openRails(base, door, cleanup)
  let others: ValueAsk | null = null
  let mayWrite: () => Result<unknown, LedgerFault> = () => ok(null)
  const changed = (community: Uint8Array): void =>
    live.emit({ event: 'value', data: { community: Buffer.from(community).toString('hex') } })
  const failed = (cause: unknown): void => log.error({ err: cause }, 'a settlement or netting could not go on')

  /** What rails and nettings write is told like what orders write; and not written while auditors could not read it. */
  const entering = async (write: () => ReturnType<typeof ledger.settle>): ReturnType<typeof ledger.settle> => {
    const permitted = mayWrite()
    if (!permitted.ok) return permitted
    const written = await write()
    if (written.ok && !written.value.known) door.written(written.value.record)
    return written
  }
  const { peer, peers, position, line } = ledger
  const books = { peer, peers, position, line }

  const settling = createSettling({
    ...base,
    ...parts,
    ledger: { ...books, settle: note => entering(() => ledger.settle(note)) },
    book: parts.settlements,
    struckOut: createStruckOut(parts.nettings, own),
    nameOf,
    changed,
    failed,
    async show(creditor, request) {
      const answer = (await others?.ask(creditor, { t: 'settle', ...request })) ?? nobody
      return !answer.ok ? answer : answer.value.t === 'settled' ? ok(answer.value.note) : oddAnswer
    },
  })
  const nettings = createNettings({
    ...base,
    book: parts.nettings,
    ledger: { ...books, net: document => entering(() => ledger.net(document)) },
    policy: base.settings.netting,
    nameOf,
    changed: () => changed(own),
    failed,
    wire: {
      connected: () => others?.connected() ?? [],
      async net(community, document) {
        const answer = (await others?.ask(community, { t: 'net', document })) ?? nobody
        return !answer.ok ? answer : answer.value.t === 'netted' ? ok(answer.value.document) : oddAnswer
      },
      async positions(community, asset) {
        const answer = (await others?.ask(community, { t: 'positions', ...asset })) ?? nobody
        return !answer.ok ? answer : answer.value.t === 'positions' ? ok(answer.value.positions) : oddAnswer
      },
    },
  })

  const handlers: SettlingHandlers = {
    settle: settling.taken,
    net: nettings.shown,
    statement: async peer => ok([await signedPosition(base, peer, { code: base.asset.code, scale: base.asset.scale })]),
    async positions(_peer, asset) {
      if (base.settings.netting === 'off')
        return err({ code: 'declined', message: 'This community takes no part in nettings.' })
      const known = [...ledger.peers()].filter(peer => ledger.position(peer, asset.code, asset.scale) !== 0n)
      return ok(await Promise.all(known.slice(0, 256).map(peer => signedPosition(base, peer, asset))))
    },
  }

  const again = (community: Uint8Array | null): void => {
    void settling
      .resume(community)
      .then(() => nettings.resume(community))
      .catch(failed)
  }

  const api: DeskApi = {
    ...createNotes({ ...base, ...door, desk: parts.desk }),
    ...parts.cardCalls,
    ...createReversals({
      ...base,
      ...door,
      commitTo: door.money.commitTo,
      nameOf,
      titleOf: release => views.release(release)?.manifest.title ?? null,
      asResult,
    }),
    ...createSettlingCalls({
      ...base,
      ...door,
      ...parts,
      settling,
      nettings,
      nameOf,
      async statement(community, asset) {
        const answer =
          (await others?.ask(community, { t: 'statement', code: asset.code, scale: asset.scale })) ?? nobody
        return !answer.ok ? answer : answer.value.t === 'statement' ? ok(answer.value.position) : oddAnswer
      },
      underWay: (community, theirs) =>
        parts.settlements
          .list(SETTLEMENTS_LOOKED_AT)
          .filter(row => isOutside(row, community, theirs))
          .reduce((sum, row) => sum + row.amount * fineUnit(row.scale), 0n),
    }),
  }
  return {
    api,
    handlers,
    /** From here on other stages can be asked; whatever is open is taken up. */
    meet(ask: ValueAsk, seatsSpeak: () => Result<unknown, LedgerFault> = () => ok(null)): void {
      others = ask
      mayWrite = seatsSpeak
      const timers = new Set<NodeJS.Timeout>()
      const soon = (community: Uint8Array | null): void => {
        for (const delay of AFTER_MEETING_MS) {
          const timer = setTimeout(() => {
            timers.delete(timer)
            again(community)
          }, delay)
          timers.add(timer)
        }
      }
      cleanup.defer(ask.onConnected(soon))
      const timer = setInterval(() => again(null), AGAIN_MS)
      cleanup.defer(() => {
        clearInterval(timer)
        for (const one of timers) clearTimeout(one)
      })
      // Some have connected before anybody could be asked.
      soon(null)
    },
  }
}
