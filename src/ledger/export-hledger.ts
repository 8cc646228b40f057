import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import type { Entry } from '#protocols/ledger/v1/codec.ts'
import { formatUnits } from '#src/kernel/money.ts'

/** Account of the cash desk: what the community received and owes to account holders and parties. */
export const DESK_ACCOUNT = 'assets:desk'

/** Letters, digits and a few marks stay; all else becomes %XX, so that two names never become one account. */
const PLAIN = /^[\p{L}\p{N}._-]$/u

const segment = (name: string): string =>
  Array.from(name, letter =>
    PLAIN.test(letter)
      ? letter
      : Array.from(fromString(letter), byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  ).join('')

/** A plain-text-ledger account for a balance at the community. */
export const holderAccount = (account: Uint8Array): string => `liabilities:accounts:${toText(account, 'base16')}`

/** A plain-text-ledger account for what one party earned from one release. */
export const partyAccount = (release: string, party: string): string =>
  `liabilities:parties:${release}:${segment(party)}`

/**
 * The log as a journal that hledger and beancount's kin read (https://hledger.org/hledger.html#journal). Each entry is one
 * balanced transaction whose code is its log index. Amounts are exact: as many decimal places as the asset counts.
 */
export function* exportHledger(entries: Iterable<Entry>): Generator<string> {
  let index = 0
  for (const entry of entries) {
    const { code, scale } = entry.asset
    const posting = (account: string, units: bigint): string =>
      `    ${account}  ${formatUnits(units, scale)} "${code}"\n`
    // A pure function of the entry's own time: no clock, no time zone.
    const date = new Date(entry.at).toISOString().slice(0, 10)
    const postings =
      entry.kind === 'issue'
        ? [posting(DESK_ACCOUNT, entry.amount), posting(holderAccount(entry.account), -entry.amount)]
        : [
            posting(holderAccount(entry.account), entry.amount),
            ...entry.lines.map(line => posting(partyAccount(entry.release, line.party), -line.amount)),
          ]
    yield `${date} * (${index}) ${entry.kind === 'issue' ? 'credit issued' : `tip for ${entry.release}`}\n${postings.join('')}\n`
    index += 1
  }
}
