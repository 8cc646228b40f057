import { html, nothing } from 'lit'
import type { AssetInfo, QuoteInfo, ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import { splitAmount } from '#src/royalties/split.ts'
import { explain, formatClock, formatFine, formatMoney, formatUnits, t, tx } from '#web/kit/mod.ts'

/** What a payment would come to: what is given, what is kept on the way, what arrives and for whom, and what could go wrong. */
export function quoteView(quote: QuoteInfo, asset: AssetInfo, splits: ReleaseDetail['splits']) {
  const kept = BigInt(quote.amount) - BigInt(quote.arrives)
  const fine = BigInt(quote.arrives) * 10n ** BigInt(9 - asset.scale)
  return html`<div class="stack tight small" data-testid="quote">
      <dl>
        <dt>${t`You give`}</dt>
        <dd class="num">${formatMoney(quote.amount, asset)}</dd>
        ${
          kept === 0n
            ? nothing
            : html`<dt class="muted">
                  ${explain(t`Kept on the way`, t`Communities that pass a payment on may keep a small part for the risk they take. Each says so beforehand, signed.`)}
                </dt>
                <dd class="num muted">${formatUnits(kept, asset.scale)}</dd>`
        }
        <dt><b>${tx`Arrives at ${quote.toName}`}</b></dt>
        <dd class="num"><b data-testid="cross-arrives">${formatMoney(quote.arrives, asset)}</b></dd>
        ${splitAmount(fine, splits).map(
          line =>
            html`<dt class="muted clip">${line.party}</dt>
              <dd class="num muted">${formatFine(line.amount, asset)}</dd>`,
        )}
      </dl>
      ${quote.viaNames.length === 0 ? nothing : html`<p class="muted">${t`It goes over ${quote.viaNames.join(t`, then `)}.`}</p>`}
      <p class="muted">
        ${tx`If it cannot be delivered by ${formatClock(quote.orderExpiry)}, all of it comes back to you. Once delivered it is theirs.`}
      </p>
    </div>`
}
