import { html } from 'lit'
import type { LogInfo, ReceiptInfo } from '#protocols/api/v1/schemas.ts'
import { icon, m, t, translated } from '#web/kit/mod.ts'

const WORDS: Readonly<Record<ReceiptInfo['kind'], string>> = {
  issue: m('Credit'),
  redeem: m('Paid out'),
  tip: m('Tip'),
  purchase: m('Purchase'),
  stream: m('Stream'),
  download: m('Download'),
  account: m('Account change'),
  'channel-open': m('Set aside for streaming'),
  'channel-close': m('Streaming budget closed'),
  agreement: m('Agreement'),
  'period-close': m('End of a period'),
  genesis: m('The beginning of the log'),
  commit: m('Seal of a batch'),
  'transfer-out': m('Sent to another community'),
  'transfer-in': m('Received from another community'),
  'transfer-end': m('Answered by the other community'),
  give: m('Handed on'),
  gift: m('Gift'),
  refund: m('Refund'),
  dispute: m('Disputed purchase'),
  settle: m('Debt between communities paid'),
  net: m('Debts between communities cancelled'),
  line: m('Credit line'),
  head: m('Another community’s log, seen'),
  'write-off': m('Given back: no answer came'),
}

/** Where the other community has a name. */
const CROSSING: Readonly<Partial<Record<ReceiptInfo['kind'], (name: string) => string>>> = {
  'transfer-out': name => t`Sent to ${name}`,
  'transfer-in': name => t`Received from ${name}`,
  settle: name => t`Debt paid, with ${name}`,
}

export const LINE_WORDS: Readonly<Partial<Record<string, string>>> = {
  waiting: m('· held until they sign'),
  reserved: m('· held in reserve'),
}

/** What an entry is, and who paid it or got it when that is the reader. */
export function whatOf(
  { kind, peerName, payer, credited }: Pick<ReceiptInfo, 'kind' | 'peerName' | 'payer' | 'credited'>,
  me: string | undefined,
): string {
  const crossing = CROSSING[kind]
  const what = crossing === undefined || peerName == null ? translated(WORDS[kind]) : crossing(peerName)
  const mine = payer !== null && payer === me
  if (kind === 'gift' && credited === me) return mine ? t`${what} by you to you` : t`${what} to you`
  return mine ? t`${what} by you` : what
}

/** Who made it final, in a few words and in a sentence. */
function certifiedBy(log: LogInfo | undefined): readonly [text: string, why: string] {
  if (log === undefined) return [t`final`, t`It cannot be taken back`]
  const { total, quorum } = log.committee
  return total === 1
    ? [
        t`final, self-certified`,
        t`The community stands alone: its own signature makes it final, and nobody else checked it`,
      ]
    : [t`final, audited`, t`Other communities executed it again: at least ${quorum} of ${total} auditor seats signed`]
}

/** How far an entry has come, as a chip. */
export function standing({ finality, verified }: ReceiptInfo, log: LogInfo | undefined) {
  if (!verified) return html`<span class="chip bad">${t`not verified yet`}</span>`
  const [text, why] =
    finality === 'final'
      ? certifiedBy(log)
      : finality === 'signed'
        ? [t`signed`, t`In the public log; the auditors have not confirmed it yet`]
        : [t`accepted`, t`Written down and promised; the log is signed in a moment`]
  return html`<span
    class=${`chip${finality === 'accepted' ? '' : ' good'}`}
    data-testid="receipt-verified"
    data-finality=${finality}
    title=${why}
    >${icon(finality === 'accepted' ? 'spinner' : 'check')} ${text}</span
  >`
}
