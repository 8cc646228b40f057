import { equals } from 'uint8arrays/equals'
import type { CompiledAgreement, DivisionLine } from '#src/ledger/rules.ts'
import { formatFine, traceDivision } from '../trace.ts'
import { scratchMemory } from '../what-if.ts'
import { rerunRequest, sameLines } from './rerun.ts'
import { holderText } from './subject.ts'

/** How an entry is proven at this moment. */
export interface Proven {
  readonly origin: string
  readonly leafHash: string
  /** Entries under the checkpoint that proves it; null while none does. */
  readonly size: number | null
  /** Names of the seats that cosigned, with weight, quorum and number of seats; null for a log that certifies itself. */
  readonly seats: {
    readonly names: readonly string[]
    readonly weight: number
    readonly quorum: number
    readonly total: number
  } | null
}

/** What is known of a receipt, with names where they are known. */
export interface Receipt {
  readonly index: number
  readonly at: number
  readonly use: string
  readonly communityName: string
  /** Hex of the account that paid; null when a channel or the desk did. */
  readonly payer: string | null
  readonly title: string | null
  /** Fine units. */
  readonly amount: bigint
  readonly asset: string
  readonly lines: readonly DivisionLine[]
  readonly agreement: CompiledAgreement | null
  readonly agreementTitle: string | null
  /** Parties of it that signed, of how many. */
  readonly signed: { readonly active: number; readonly parties: number } | null
  readonly nested: (hash: Uint8Array) => CompiledAgreement | null
  readonly proven: Proven
}

export interface Explanation {
  readonly paid: string
  readonly rule: string | null
  readonly steps: readonly string[]
  readonly gets: readonly string[]
  readonly proof: readonly string[]
}

const USES: Readonly<Record<string, string>> = {
  tip: 'a tip',
  purchase: 'a purchase',
  stream: 'a stream',
  download: 'a download',
  issue: 'credit issued by the cash desk',
  redeem: 'a payout by the cash desk',
  'channel-open': 'a deposit set aside for listening',
  'channel-close': 'the rest of a deposit, given back',
  'transfer-out': 'a payment to another community',
  'transfer-in': 'a payment from another community',
  'transfer-end': 'the end of a payment to another community',
  'write-off': 'a payment to another community that was given up, and returned',
  give: 'a gift of credit to another member',
  gift: 'a purchase, or a gift of one',
  refund: 'a purchase that was taken back',
  settle: 'a debt between two communities that was paid outside their logs',
  net: 'debts among several communities that cancel each other',
  batch: 'voucher codes issued by the cash desk',
  code: 'a voucher code that was redeemed',
  'batch-revoke': 'voucher codes that were revoked',
}

/** Entries that pay nobody, by their use. */
const EVENTS: Readonly<Record<string, string>> = {
  genesis: 'the log begins with this entry',
  commit: 'the log fixes its state up to here',
  'period-close': 'a part of the month ends here, and its statements are fixed',
  agreement: 'an agreement was proposed, signed, disputed or settled',
  head: 'this log takes note of what another community’s log has signed',
  line: 'the community says how much of another’s credit it accepts',
  freeze: 'the community stops or resumes dealings with another',
  dispute: 'the payer disputes a purchase',
}

const REASONS: Readonly<Record<string, string>> = {
  share: 'their share',
  escalator: 'passed on by an escalator',
  recoup: 'pays back an advance',
  reserve: 'held back in reserve',
  cap: 'above another party’s cap',
  withholding: 'withheld',
  tax: 'tax',
  'rail-fee': 'payment fee',
  'distribution-fee': 'distribution fee',
  cost: 'costs',
  transfer: 'paid from another community',
}

const when = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

function paidText({ amount, asset, use, title, payer, at }: Receipt): string {
  const by = payer === null ? '' : `, by account ${payer}`
  if (amount === 0n && USES[use] === undefined) return `Nothing was paid: ${EVENTS[use] ?? use}${by}, on ${when(at)}.`
  const what = `${formatFine(amount, asset)}: ${USES[use] ?? use}${title === null ? '' : ` for “${title}”`}`
  return `${what}${by}, on ${when(at)}.`
}

const standingText = ({ active, parties }: NonNullable<Receipt['signed']>): string =>
  active === parties
    ? `All of its ${parties} parties are paid at once.`
    : `${active} of its ${parties} parties are paid at once; the part of the others waits.`

function ruleText({ agreement, agreementTitle, signed }: Receipt): string | null {
  if (agreement === null) return null
  const version = agreement.previous === null ? 'its first version' : 'an amended version'
  const from = agreement.from === null ? '' : `, in force from ${agreement.from}`
  const who = signed === null ? '' : ` ${standingText(signed)}`
  const hash = Array.from(agreement.hash, byte => byte.toString(16).padStart(2, '0')).join('')
  return `The agreement “${agreementTitle ?? hash.slice(0, 8)}”, ${version}${from} (${hash}).${who}`
}

/** The waterfall told again, when it gives exactly the lines that the log has. */
function stepTexts(receipt: Receipt): string[] {
  const { agreement, lines, nested, asset, use, at } = receipt
  if (agreement === null || lines.length === 0) return []
  const find = (hash: Uint8Array) => (equals(hash, agreement.hash) ? agreement : nested(hash))
  const request = rerunRequest({ division: lines, asset, use, at }, scratchMemory(), find)
  const trace = traceDivision(agreement, request)
  if (trace.ok && sameLines(trace.value.lines, lines)) return trace.value.steps.map(step => step.text)
  return [
    'What was paid before counts in this agreement (tiers, advances, caps or reserves), so the steps cannot be told from this receipt alone. The outcome is fixed by the log:',
  ]
}

const getsText = ({ asset }: Receipt, { holder, party, amount, tag }: DivisionLine): string => {
  const where = holderText(holder)
  const who =
    party === ''
      ? where
      : holder.startsWith('acct:')
        ? `${party} (${where})`
        : where.startsWith(party)
          ? where
          : `${party} (${where})`
  return `${who}: ${formatFine(amount, asset)}, ${REASONS[tag] ?? tag}`
}

function proofTexts({ index, communityName, proven }: Receipt): string[] {
  const { origin, leafHash, size, seats } = proven
  const place = `It is entry ${index} of the log of ${communityName} (${origin}), with the fingerprint ${leafHash}.`
  if (size === null)
    return [place, 'It is accepted and durable; the checkpoint that proves it to others follows within seconds.']
  const under = `The signed checkpoint over the first ${size} entries proves that it stands there.`
  const by =
    seats === null
      ? 'The log is self-certified: the community alone signed it, and no other community re-executed it.'
      : `${seats.weight} of ${seats.total} seats re-executed the log and cosigned it, ${seats.quorum} are needed: ${seats.names.join(', ')}.`
  return [place, under, by]
}

/** A receipt in plain words: what was paid, by which rule, to whom and why, and how it is proven. */
export function explainReceipt(receipt: Receipt): Explanation {
  return {
    paid: paidText(receipt),
    rule: ruleText(receipt),
    steps: stepTexts(receipt),
    gets: receipt.lines.map(line => getsText(receipt, line)),
    proof: proofTexts(receipt),
  }
}
