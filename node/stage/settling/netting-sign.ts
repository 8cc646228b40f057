import { equals } from 'uint8arrays/equals'
import type { NettingRow } from '#node/ports/settlements.ts'
import type { ValueFault } from '#node/ports/value.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeNetting, encodeNetting, isComplete, type Netting, nettingMessage } from '#protocols/value/v1/netting.ts'
import { refusesToSign } from '#src/value/netting/document.ts'
import { isSameNetting, mergeSignatures, type NettingInit, placeOf, shrinks } from './netting-parts.ts'
import { createStruckOut, readNetting } from './struck-out.ts'

/** Documents of others that wait for people here: a few at a time, and none of them costs anything. */
const WAITING_MAX = 64
/** A netting that stays open for longer would keep debts from being settled. */
const EXPIRY_MAX_MS = 7 * 24 * 3600_000

const refuse = (code: string, message: string): Result<never, ValueFault> => err({ code, message })

/** One community's hand in nettings: takes documents in, signs those that only shrink debts, and enters those that all signed. */
export function createNettingHand(init: NettingInit) {
  const { own, book, ledger, clock } = init
  const struckOut = createStruckOut(book, own)

  const keep = (row: NettingRow, change: Parameters<typeof book.update>[1]): void => {
    book.update(row.id, change)
    init.changed()
  }

  const whyNot = (netting: Netting): ValueFault | null => {
    const position = (community: Uint8Array): bigint => ledger.position(community, netting.code, netting.scale)
    const refused = refusesToSign(netting, own, position, clock.nowMs())
    if (refused !== null) return refused
    // What is signed may become complete at any time: two documents could strike one debt out twice.
    const bound = netting.participants.find(
      key => shrinks(netting, own, key) !== 0n && struckOut(key, netting, netting.id) !== null,
    )
    if (bound !== undefined)
      return {
        code: 'not-owed',
        message: `A netting about the debts with ${init.nameOf(bound)} is signed here and not complete; it goes first.`,
      }
    const frozen = netting.participants.find(
      key => shrinks(netting, own, key) !== 0n && ledger.peer(key)?.frozen === true,
    )
    return frozen === undefined
      ? null
      : { code: 'line-frozen', message: `There is a dispute with ${init.nameOf(frozen)} to settle first.` }
  }

  /** Signs when nothing speaks against it. The signature is on the disk before anybody sees it. */
  const sign = async (row: NettingRow): Promise<Result<NettingRow, ValueFault>> => {
    const netting = readNetting(row)
    const refused = whyNot(netting)
    if (refused !== null) {
      keep(row, { said: refused.message })
      return err(refused)
    }
    const signature = await init.signer.sign(nettingMessage(netting))
    const signatures = netting.signatures.map((one, at) => (at === placeOf(netting, own) ? signature : one))
    const document = encodeNetting({ ...netting, signatures })
    keep(row, {
      document,
      state: 'signed',
      said: 'Signed here, not complete: the debts in it count as struck out, and it waits for the others.',
    })
    return ok(book.find(row.id) as NettingRow)
  }

  /** Into the own log, as soon as all have signed; at any time, since it only adds to what is there. */
  const enterIfComplete = async (row: NettingRow): Promise<NettingRow> => {
    if (row.state === 'entered' || !isComplete(readNetting(row))) return row
    const entered = await ledger.net(row.document)
    if (entered.ok)
      keep(row, { state: 'entered', entry: entered.value.record.index, said: 'All signed; it is in the log.' })
    else keep(row, { said: `All signed, and the log refused it: ${entered.error.message}` })
    return book.find(row.id) as NettingRow
  }

  /** Keeps what is new of a document that somebody showed. */
  const take = (bytes: Uint8Array): Result<NettingRow, ValueFault> => {
    const shown = decodeNetting(bytes)
    if (!shown.ok) return refuse('bad-message', `This is no netting: ${shown.error.message}.`)
    if (placeOf(shown.value, own) < 0) return refuse('wrong-party', 'This community takes no part in that netting.')
    const known = book.find(shown.value.id)
    if (known !== null && !isSameNetting(readNetting(known), shown.value))
      return refuse('bad-message', 'Another netting has that name already.')
    const blank = { ...shown.value, signatures: shown.value.signatures.map(() => null) }
    const merged = mergeSignatures(init.verifier, known === null ? blank : readNetting(known), shown.value)
    if (!merged.ok) return merged
    const document = encodeNetting(merged.value)
    if (known !== null) {
      if (!equals(document, known.document)) keep(known, { document })
      return ok(book.find(known.id) as NettingRow)
    }
    if (init.policy === 'off') return refuse('declined', 'This community takes no part in nettings.')
    if (clock.nowMs() > shown.value.expiry) return refuse('expired', 'Nobody signs this netting any more.')
    if (shown.value.expiry > clock.nowMs() + EXPIRY_MAX_MS)
      return refuse('bad-expiry', 'This netting would bind debts for longer than a week; propose a shorter one.')
    // What could never be signed here is not kept, so that strangers cannot fill the list.
    const refused = isComplete(shown.value) ? null : whyNot(shown.value)
    if (refused !== null) return err(refused)
    const waiting = book.list(WAITING_MAX).filter(row => row.state === 'asked')
    if (waiting.length >= WAITING_MAX) return refuse('busy', 'Too many nettings wait here already.')
    const { id, expiry } = shown.value
    const said = 'Others ask whether this community agrees.'
    book.add({ id, expiry, document, state: 'asked', said, at: clock.nowMs(), entry: null, told: [] })
    init.changed()
    return ok(book.find(id) as NettingRow)
  }

  return {
    take,
    sign,
    enterIfComplete,
    /** What another participant shows; answers with every signature that is known here, the own one where it is given. */
    async shown(peer: Uint8Array, bytes: Uint8Array): Promise<Result<Uint8Array, ValueFault>> {
      const taken = take(bytes)
      if (!taken.ok) return taken
      if (placeOf(readNetting(taken.value), peer) < 0)
        return refuse('wrong-party', 'Only those who take part may show a netting.')
      // Also what was refused or ran out here is entered when all have signed it: everybody enters it, or nobody.
      if (isComplete(readNetting(taken.value))) return ok((await enterIfComplete(taken.value)).document)
      if (taken.value.state === 'refused') return refuse('declined', 'The people of this community did not agree.')
      const signs = taken.value.state === 'asked' && init.policy === 'agree'
      const signed = signs ? await sign(taken.value) : taken
      if (!signed.ok) return signed
      return ok((await enterIfComplete(signed.value)).document)
    },
  }
}
