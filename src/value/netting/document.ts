import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { CHANGES_MAX, PARTICIPANTS_MAX } from '#protocols/value/v1/constants.ts'
import { type Netting, type NettingFields, nettingMessage } from '#protocols/value/v1/netting.ts'
import { compareIds } from '#src/kernel/money-apportion.ts'
import type { Verifier } from '#src/kernel/ports.ts'
import { smaller } from '#src/kernel/smaller.ts'
import { type Debt, gatherDebts } from './debts.ts'
import { netDebts } from './net.ts'

/** What one community says about another: above zero `of` owes `with`, below zero it is owed. One code and scale, fine units. */
export interface StatedPosition {
  readonly of: string
  readonly with: string
  readonly position: bigint
}

/**
 * Debts that both sides state: of two different figures the smaller, and nothing where only one side speaks. What is under way
 * between two logs stands in one of them first, and is left for the next netting.
 */
export function agreedDebts(stated: readonly StatedPosition[]): Debt[] {
  const said = new Map(stated.map(({ of, with: other, position }) => [`${of} ${other}`, position]))
  const debts = stated.flatMap(({ of, with: other, position }): Debt[] => {
    const claim = -(said.get(`${other} ${of}`) ?? 0n)
    if (of === other || position <= 0n || claim <= 0n) return []
    return [{ debtor: of, creditor: other, amount: smaller(position, claim) }]
  })
  return gatherDebts(debts)
}

/** The part of a document that follows from debts alone. Keys in hex. Null when nothing cancels, or too many take part. */
export function nettingOf(debts: readonly Debt[]): Pick<NettingFields, 'participants' | 'changes'> | null {
  const { cancelled } = netDebts(debts)
  const names = [...new Set(cancelled.flatMap(({ debtor, creditor }) => [debtor, creditor]))].sort(compareIds)
  if (cancelled.length === 0 || names.length > PARTICIPANTS_MAX || cancelled.length > CHANGES_MAX) return null
  const place = new Map(names.map((name, at) => [name, at]))
  const at = (name: string): number => place.get(name) as number
  return {
    participants: names.map(name => fromString(name, 'base16')),
    changes: cancelled.map(({ debtor, creditor, amount }) => ({ debtor: at(debtor), creditor: at(creditor), amount })),
  }
}

export type NettingCode = 'wrong-party' | 'expired' | 'not-owed' | 'bad-signature' | 'incomplete'

export interface NettingFault {
  readonly code: NettingCode
  readonly message: string
}

const fault = (code: NettingCode, message: string): NettingFault => ({ code, message })

/**
 * Whether a community may sign a document: it takes part, the document has not expired, and no debt is struck out that its own
 * log does not know, on either side. `position` is its log's balance of `peer:<community>`, fine units. Null when it may. The form,
 * and that nobody gains or loses, is the codec's to check.
 */
export function refusesToSign(
  document: NettingFields,
  self: Uint8Array,
  position: (community: Uint8Array) => bigint,
  now: number,
): NettingFault | null {
  const me = document.participants.findIndex(key => equals(key, self))
  if (me < 0) return fault('wrong-party', 'this community takes no part in that netting')
  if (now > document.expiry) return fault('expired', 'nobody signs this netting any more; propose another one')
  for (const { debtor, creditor, amount } of document.changes) {
    if (debtor !== me && creditor !== me) continue
    const other = document.participants[debtor === me ? creditor : debtor] as Uint8Array
    const owed = debtor === me ? position(other) : -position(other)
    if (amount > owed)
      return fault(
        'not-owed',
        `more is struck out with ${toText(other, 'base16').slice(0, 8)} than is owed by this log`,
      )
  }
  return null
}

/** Whether everybody signed, and every signature verifies. Null when so. */
export function checkSignatures(document: Netting, verifier: Verifier): NettingFault | null {
  const message = nettingMessage(document)
  for (const [at, key] of document.participants.entries()) {
    const signature = document.signatures[at] ?? null
    if (signature === null) return fault('incomplete', 'not everybody has signed this netting')
    if (!verifier.verify(key, message, signature))
      return fault('bad-signature', 'a signature under this netting does not verify')
  }
  return null
}
