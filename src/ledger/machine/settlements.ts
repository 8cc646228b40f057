import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { NetEntry, SettleEntry } from '#protocols/ledger/v1/entry-value.ts'
import { decodeNetting, isComplete, type Netting, nettingMessage } from '#protocols/value/v1/netting.ts'
import { decodeSettlement, type Settlement, settlementMessage } from '#protocols/value/v1/settlement.ts'
import { amountOf, type Book, issuedBook, post } from './holdings.ts'
import { DESK, netKey } from './keys.ts'
import type { SignatureCheck } from './machine.ts'
import { changePeer, otherSlot, peerOf } from './peers.ts'
import { refuse } from './refusal.ts'
import { markCodec } from './value-codecs.ts'
import type { Run, World } from './world.ts'

/** The note that both signed; one that the creditor has not signed is none yet. */
function readSettlement(bytes: Uint8Array): Settlement & { readonly creditorSignature: Uint8Array } {
  const note = decodeSettlement(bytes)
  if (!note.ok) return refuse('bad-entry', `the settlement note cannot be read: ${note.error.message}`)
  const { creditorSignature } = note.value
  return creditorSignature === null
    ? refuse('bad-signature', 'the creditor has not signed this settlement')
    : { ...note.value, creditorSignature }
}

export function checksOfSettlement({ note }: SettleEntry): SignatureCheck[] {
  const { debtor, creditor, debtorSignature, creditorSignature, ...fields } = readSettlement(note)
  const message = settlementMessage({ debtor, creditor, ...fields })
  return [
    { publicKey: debtor, message, signature: debtorSignature },
    { publicKey: creditor, message, signature: creditorSignature },
  ]
}

const bookHere = (world: World, code: string, scale: number): Book =>
  issuedBook(world, { code, scale, issuer: world.community })

/** A rail paid what one community owed another: in the debtor's log the debt is gone, in the creditor's the claim. */
export function settleDebt(run: Run, entry: SettleEntry): void {
  const { world } = run
  const { debtor, creditor, code, scale, amount: minor, number } = readSettlement(entry.note)
  const [pays, gets] = [equals(debtor, world.community), equals(creditor, world.community)]
  if (!pays && !gets) refuse('wrong-party', 'this settlement is between two other communities')
  const slot = otherSlot(world, pays ? creditor : debtor)
  const book = bookHere(world, code, scale)
  const amount = amountOf(book, minor)
  const { settled, settledIn } = peerOf(slot)
  const due = (pays ? settled : settledIn) + 1
  if (number < due) refuse('replayed', 'this settlement was entered already')
  if (number > due) refuse('wrong-number', `the next settlement of that debtor is number ${due}`)
  changePeer(world, slot, pays ? { settled: number } : { settledIn: number })
  post(run, book, pays ? slot.position : DESK, -amount, 'settle', '')
  post(run, book, pays ? DESK : slot.position, amount, 'settle', '')
}

function readNetting(bytes: Uint8Array): Netting {
  const document = decodeNetting(bytes)
  if (!document.ok) return refuse('bad-entry', `the netting document cannot be read: ${document.error.message}`)
  return isComplete(document.value)
    ? document.value
    : refuse('bad-signature', 'a netting counts only once all its communities have signed it')
}

export function checksOfNetting({ document }: NetEntry): SignatureCheck[] {
  const netting = readNetting(document)
  const message = nettingMessage(netting)
  return netting.participants.map((publicKey, at) => ({
    publicKey,
    message,
    signature: netting.signatures[at] as Uint8Array,
  }))
}

/** Debts that cancel each other: what this community owes less it is owed less. Its form says that it balances for everybody. */
export function netDebts(run: Run, entry: NetEntry): void {
  const { world } = run
  const document = readNetting(entry.document)
  const { code, scale, participants, changes } = document
  const own = participants.findIndex(participant => equals(participant, world.community))
  if (own < 0) refuse('wrong-party', 'this netting is among other communities')
  // By all that was signed: two documents of one name count in every log as two, and in none as each other.
  const hash = world.hasher.sha256(nettingMessage(document))
  const mark = world.state.cell(netKey(toText(hash, 'base16')), markCodec)
  if (mark.value !== undefined) refuse('already-netted', 'this netting was entered already')
  const book = bookHere(world, code, scale)
  for (const { debtor, creditor, amount } of changes) {
    if (debtor !== own && creditor !== own) continue
    const slot = otherSlot(world, participants[debtor === own ? creditor : debtor] as Uint8Array)
    post(run, book, slot.position, debtor === own ? -amount : amount, 'net', '')
  }
  world.state.set(mark, true)
}
