import { html } from 'lit'
import type { AssetInfo, SetPrice } from '#protocols/api/v1/schemas.ts'
import { explain, formatMoney, parseUnits, t, tx } from '#web/kit/mod.ts'

export type ReadPrice = { readonly price: SetPrice | null } | { readonly fault: string }

/** What the form says a release costs; both fields may be left empty. */
export function readPrice(form: FormData, { scale, code }: AssetInfo): ReadPrice {
  const field = (name: string): bigint | null | undefined => {
    const text = String(form.get(name) ?? '').trim()
    return text === '' ? null : (parseUnits(text, scale) ?? undefined)
  }
  const [stream, download] = [field('stream'), field('download')]
  if (stream === undefined || download === undefined)
    return { fault: t`A price is a number of ${code} with at most ${scale} decimals, or left empty.` }
  if ((stream === null || stream === 0n) && download === null) return { price: null }
  return { price: { stream: String(stream ?? 0n), download: download === null ? null : String(download) } }
}

/** Optional prices of a release that is about to be published. */
export function priceFields(asset: AssetInfo) {
  const least = formatMoney(1n, asset)
  return html`<section class="card stack">
    <div class="stack tight">
      <h2>${t`What it costs`}</h2>
      <p class="small muted">${t`Left empty, everybody listens for free and may download the originals. Tips are always welcome.`}</p>
    </div>
    <div class="prices">
      <label
        >${tx`For 30 seconds of listening, ${asset.code}`}<input
          name="stream"
          data-testid="price-stream"
          inputmode="decimal"
          autocomplete="off"
          placeholder=${t`free`}
        /><span class="hint">${tx`At least ${least}. Listeners set a limit before it plays.`}</span></label
      >
      <label
        ><span>${tx`For ${explain(t`the originals`, t`Lossless files such as FLAC or WAV. With a price they are kept out of what is public, and handed to the keys that bought them. This can only be chosen now.`)}, ${asset.code}`}</span><input
          name="download"
          data-testid="price-download"
          inputmode="decimal"
          autocomplete="off"
          placeholder=${t`open to everybody`}
        /><span class="hint">${t`Kept back from the public files, and handed to buyers.`}</span></label
      >
    </div>
  </section>`
}
