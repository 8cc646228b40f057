import { toString as toText } from 'uint8arrays/to-string'
import type { Bundle } from '#protocols/ledger/v1/bundle.ts'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import { isOwn, parseSubject, parseWaiting, type Subject } from '../subject.ts'
import type { ProvenStatement } from './check-statements.ts'
import type { ProvenAgreement } from './check-terms.ts'
import { refuse } from './refusal.ts'

const hex = (bytes: Uint8Array): string => toText(bytes, 'base16')

/** Money that waits belongs to an account when signed terms name that account as the party's. */
function waitsFor(subject: Subject, holder: string, agreements: Iterable<ProvenAgreement>): boolean {
  const waiting = parseWaiting(holder)
  if (waiting === null || subject.kind === 'peer') return false
  if (subject.kind === 'party') return waiting.party === subject.id
  return [...agreements].some(
    ({ compiled }) =>
      hex(compiled.first) === waiting.first &&
      compiled.parties.some(
        party => party.id === waiting.party && party.key !== null && hex(party.key) === subject.key,
      ),
  )
}

/** Every statement in the file is of the one whose name stands at its beginning. */
export function checkSubject(
  bundle: Bundle,
  statements: readonly ProvenStatement[],
  agreements: ReadonlyMap<string, ProvenAgreement>,
): Subject {
  const about = partName('about', 0)
  const subject = parseSubject(bundle.subject)
  if (subject === null) return refuse(about, 'it names no account, party or community')
  for (const { holder, ordinal } of statements) {
    if (!isOwn(subject, holder) && !waitsFor(subject, holder, agreements.values()))
      refuse(about, `it names ${bundle.subject}, and ${partName('statement', ordinal)} is of ${holder}`)
  }
  return subject
}
