import { html } from 'lit'
import type { LogInfo, ReceiptInfo } from '#protocols/api/v1/schemas.ts'
import { icon } from '#web/kit/mod.ts'

export const WORDS: Readonly<Record<ReceiptInfo['kind'], string>> = {
  issue: 'Credit',
  redeem: 'Paid out',
  tip: 'Tip',
  purchase: 'Purchase',
  stream: 'Stream',
  download: 'Download',
  account: 'Account change',
  'channel-open': 'Set aside for streaming',
  'channel-close': 'Streaming budget closed',
  agreement: 'Agreement',
  'period-close': 'End of a period',
  genesis: 'The beginning of the log',
  commit: 'Seal of a batch',
  'transfer-out': 'Sent to another community',
  'transfer-in': 'Received from another community',
  'transfer-end': 'Answered by the other community',
  give: 'Handed on',
  gift: 'Gift',
  refund: 'Refund',
  dispute: 'Disputed purchase',
  settle: 'Debt between communities paid',
  net: 'Debts between communities cancelled',
  line: 'Credit line',
  head: 'Another community’s log, seen',
  'write-off': 'Given back: no answer came',
}

/** Where the other community has a name. */
export const CROSSING: Readonly<Partial<Record<ReceiptInfo['kind'], string>>> = {
  'transfer-out': 'Sent to',
  'transfer-in': 'Received from',
  settle: 'Debt paid, with',
}

export const LINE_WORDS: Readonly<Partial<Record<string, string>>> = {
  waiting: '· held until they sign',
  reserved: '· held in reserve',
}

/** Who made it final, in a few words and in a sentence. */
function certifiedBy(log: LogInfo | undefined): readonly [text: string, why: string] {
  if (log === undefined) return ['final', 'It cannot be taken back']
  const { total, quorum } = log.committee
  return total === 1
    ? [
        'final, self-certified',
        'The community stands alone: its own signature makes it final, and nobody else checked it',
      ]
    : ['final, audited', `Other communities executed it again: at least ${quorum} of ${total} auditor seats signed`]
}

/** How far an entry has come, as a chip. */
export function standing({ finality, verified }: ReceiptInfo, log: LogInfo | undefined) {
  if (!verified) return html`<span class="chip bad">not verified yet</span>`
  const [text, why] =
    finality === 'final'
      ? certifiedBy(log)
      : finality === 'signed'
        ? ['signed', 'In the public log; the auditors have not confirmed it yet']
        : ['accepted', 'Written down and promised; the log is signed in a moment']
  return html`<span
    class=${`chip${finality === 'accepted' ? '' : ' good'}`}
    data-testid="receipt-verified"
    data-finality=${finality}
    title=${why}
    >${icon(finality === 'accepted' ? 'spinner' : 'check')} ${text}</span
  >`
}
