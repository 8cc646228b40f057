import encodeQR from 'qr'
import type { PrintedCards } from '#protocols/api/v1/desk-schemas.ts'
import { amountText } from './format.ts'

const inHtml = (text: string): string => text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)

const STYLE = `
@page { size: A4; margin: 12mm }
body { font: 11pt/1.4 system-ui, sans-serif; margin: 0; color: #111 }
.sheet { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm }
.card { border: 1px dashed #888; border-radius: 3mm; padding: 4mm; display: flex; gap: 4mm; break-inside: avoid }
.card svg { width: 38mm; height: 38mm; flex: none }
.amount { font-size: 16pt; font-weight: 600 }
.code { font: 10pt/1.5 ui-monospace, monospace; letter-spacing: .5px }
.small { font-size: 8pt; color: #444 }
`

/** Cards of a batch as one page to print: it needs nothing from any network, and runs nothing. */
export function cardSheet({ batch, communityName, cards }: PrintedCards): string {
  const money = inHtml(amountText(batch.amount, batch.asset.scale, batch.asset.code))
  const until = new Date(batch.expiry).toISOString().slice(0, 10)
  const name = inHtml(communityName)
  const one = ({ text, card, serial }: PrintedCards['cards'][number]): string => {
    const groups = text.split('-')
    const code = [groups.slice(0, 4).join(' '), groups.slice(4).join(' ')].join('<br>')
    const picture = encodeQR(card, 'svg', { ecc: 'low', border: 2 })
    return `<div class="card">${picture}<div><div class="amount">${money}</div><div>${name}</div>
<p class="code">${code}</p><div class="small">Works once, until ${until}. Card ${serial + 1} of ${batch.count}.</div></div></div>`
  }
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Cards of ${name}</title><style>${STYLE}</style></head>
<body><div class="sheet">
${cards.map(one).join('\n')}
</div></body></html>
`
}
