import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { NettingRow } from '#node/ports/settlements.ts'
import { encodeNetting, isComplete } from '#protocols/value/v1/netting.ts'
import { decodePosition, positionMessage } from '#protocols/value/v1/position.ts'
import { agreedDebts, nettingOf, type StatedPosition } from '#src/value/netting/document.ts'
import { hex } from '../keys.ts'
import { type NettingAsset, type NettingInit, placeOf } from './netting-parts.ts'
import { createNettingHand } from './netting-sign.ts'
import { createStruckOut, readNetting } from './struck-out.ts'

/** People need a day to answer; whoever signs later is not waited for. */
export const NETTING_EXPIRY_MS = 24 * 3600_000
/** A signed netting that nobody completed long after its expiry binds no debts any more. */
const GIVE_UP_MS = 24 * 3600_000
const SHOWN_MAX = 256

/** Nettings of this community: proposed here, or by others. */
export function createNettings(init: NettingInit) {
  const { own, book, ledger, wire, clock } = init
  const hand = createNettingHand(init)
  const struckOut = createStruckOut(book, own)

  const find = (id: Uint8Array): NettingRow => {
    const row = book.find(id)
    if (row === null) throw new StageError('not-found', 'There is no such netting; `bandstand net list` shows them.')
    return row
  }

  const ownPositions = (asset: NettingAsset): StatedPosition[] =>
    [...ledger.peers()].map(peer => ({
      of: hex(own),
      with: hex(peer),
      position: struckOut(peer, asset) === null ? ledger.position(peer, asset.code, asset.scale) : 0n,
    }))

  /** What one stage states, where it signed it itself and about this asset. */
  const statedBy = async (community: Uint8Array, asset: NettingAsset): Promise<StatedPosition[]> => {
    const answer = await wire.positions(community, asset)
    if (!answer.ok) return []
    return answer.value.flatMap(bytes => {
      const read = decodePosition(bytes)
      if (!read.ok) return []
      const { by, other, code, scale, owes, owed, signature } = read.value
      if (!equals(by, community) || code !== asset.code || scale !== asset.scale) return []
      if (!init.verifier.verify(by, positionMessage(read.value), signature)) return []
      return [{ of: hex(by), with: hex(other), position: owes - owed }]
    })
  }

  /** Shows the document to everybody who may lack something of it, and takes in what they add. */
  const round = async (id: Uint8Array): Promise<void> => {
    for (const community of readNetting(find(id)).participants) {
      const row = find(id)
      const isTold = row.told.some(key => equals(key, community))
      if (equals(community, own) || isTold || !wire.connected().some(key => equals(key, community))) continue
      const answer = await wire.net(community, row.document)
      if (!answer.ok) {
        const isFinal = ['declined', 'not-owed', 'expired'].includes(answer.error.code)
        const said = `${init.nameOf(community)} answers: ${answer.error.message}`
        if (row.state === 'signed') book.update(id, { ...(isFinal ? { state: 'refused' } : {}), said })
        continue
      }
      const taken = hand.take(answer.value)
      if (
        taken.ok &&
        isComplete(readNetting(taken.value)) &&
        isComplete(readNetting({ ...row, document: answer.value }))
      )
        book.update(id, { told: [...find(id).told, community] })
    }
    init.changed()
  }

  /** Collects signatures; when all are there, enters the document and sees to it that everybody has it. */
  const circulate = async (id: Uint8Array): Promise<NettingRow> => {
    await round(id)
    const row = await hand.enterIfComplete(find(id))
    if (row.state === 'entered') await round(id)
    return find(id)
  }

  const settleAges = (): void => {
    for (const row of book.list(SHOWN_MAX)) {
      const late = clock.nowMs() - row.expiry
      const isOver = (row.state === 'asked' && late > 0) || (row.state === 'signed' && late > GIVE_UP_MS)
      if (isOver) book.update(row.id, { state: 'expired', said: 'Not everybody signed in time: nothing moved.' })
    }
  }

  return {
    /** From another stage: see `SettlingHandlers`. */
    shown: hand.shown,
    list(): NettingRow[] {
      settleAges()
      return book.list(SHOWN_MAX)
    },
    find,
    read: readNetting,
    /** Asks every connected stage how it stands, strikes out what cancels, signs that, and shows it around. */
    async propose(asset: NettingAsset, expiryMs: number = NETTING_EXPIRY_MS): Promise<NettingRow> {
      const stated = await Promise.all(wire.connected().map(community => statedBy(community, asset)))
      const found = nettingOf(agreedDebts([...ownPositions(asset), ...stated.flat()]))
      const me = found?.participants.some(key => equals(key, own)) ?? false
      if (found === null || !me)
        throw new StageError(
          'not-found',
          `No debts in ${asset.code} cancel between this community and those that are connected and willing now.`,
        )
      const fields = { ...asset, ...found, id: init.random.bytes(32), expiry: clock.nowMs() + expiryMs }
      const document = encodeNetting({ ...fields, signatures: fields.participants.map(() => null) })
      const said = 'Proposed here.'
      const { id, expiry } = fields
      book.add({ id, expiry, document, state: 'asked', said, at: clock.nowMs(), entry: null, told: [] })
      const signed = await hand.sign(find(id))
      if (!signed.ok) throw new StageError('conflict', signed.error.message)
      return circulate(id)
    },
    async accept(id: Uint8Array): Promise<NettingRow> {
      const row = find(id)
      if (row.state === 'refused' || row.state === 'expired')
        throw new StageError('conflict', 'This netting was refused or ran out; propose another one.')
      if (row.state === 'asked') {
        const signed = await hand.sign(row)
        if (!signed.ok) throw new StageError('conflict', signed.error.message)
      }
      return circulate(id)
    },
    refuse(id: Uint8Array): NettingRow {
      const row = find(id)
      if (row.state !== 'asked') throw new StageError('conflict', 'This community has signed already, or it is over.')
      book.update(id, { state: 'refused', said: 'Refused here: nothing moves.' })
      init.changed()
      return find(id)
    },
    /** Takes up what is not everywhere yet. Never throws. */
    async resume(community: Uint8Array | null = null): Promise<void> {
      settleAges()
      for (const row of book.list(SHOWN_MAX)) {
        const netting = readNetting(row)
        const isMeant = community === null || placeOf(netting, community) >= 0
        const isOpen =
          row.state === 'signed' || (row.state === 'entered' && row.told.length < netting.participants.length - 1)
        if (isMeant && isOpen) await circulate(row.id).catch(init.failed)
      }
    },
  }
}

export type Nettings = ReturnType<typeof createNettings>
