import { html, nothing } from 'lit'
import type { ReleaseDetail, TrackInfo } from '#protocols/api/v1/schemas.ts'
import { explain, formatBytes, formatFine, leftToRight, t } from '#web/kit/mod.ts'

/** What a track can be had as, and the numbers the trade knows it by. */
export function formatsOf(track: TrackInfo, sold: boolean, more: { actions: unknown; credits: unknown }) {
  const kind = (type: string) => type.replace(/^audio\/(x-)?/, '').toUpperCase()
  return html`<details class="formats">
    <summary class="muted small">${t`More`}</summary>
    <div class="row tight actions">${more.actions}</div>
    ${more.credits}
    <dl class="small">
      <dt class="muted">${sold ? t`File` : t`Original`}</dt>
      <dd>
        <a class="text" href=${track.original.url} download
          >${kind(track.original.mediaType)}, ${formatBytes(track.original.bytes)}</a
        >
      </dd>
      ${
        track.renditions.length === 0
          ? nothing
          : html`<dt class="muted">${t`Streams`}</dt>
              <dd>
                ${track.renditions.map(one => `${one.codec} ${Math.round(one.bitsPerSecond / 1000)} kbit/s`).join(', ')}
              </dd>`
      }
      ${
        track.loudnessLufs === null
          ? nothing
          : html`<dt class="muted">
                ${explain(t`Loudness`, t`Average loudness by EBU R128. Around −14 LUFS is common for streaming; closer to zero is louder.`)}
              </dt>
              <dd class="num">${track.loudnessLufs.toFixed(1)} LUFS</dd>`
      }
      ${
        track.isrc === null
          ? nothing
          : html`<dt class="muted">
                ${explain('ISRC', t`International Standard Recording Code: the number by which the trade knows this recording.`)}
              </dt>
              <dd class="mono">${track.isrc}</dd>`
      }
      ${
        track.iswc === null
          ? nothing
          : html`<dt class="muted">
                ${explain('ISWC', t`International Standard Musical Work Code: the number of the composition itself.`)}
              </dt>
              <dd class="mono">${track.iswc}</dd>`
      }
    </dl>
  </details>`
}

/** The one license that is a sentence; the others are names, the same in every language. */
const wordsOf = (license: string): string => (license === 'All rights reserved' ? t`All rights reserved` : license)

/** License, money so far, size and content address of a release. */
export function factsOf(release: ReleaseDetail) {
  const license = /^https:\/\//.test(release.license)
    ? html`<a class="text" rel="license noreferrer" href=${release.license}>${release.license}</a>`
    : release.license === ''
      ? t`Not stated`
      : wordsOf(release.license)
  return html`<dl class="facts small">
    <dt class="muted">${t`License`}</dt>
    <dd>${license}</dd>
    <dt class="muted">${t`Tips so far`}</dt>
    <dd class="num" data-testid="tipped">${leftToRight(`${formatFine(release.tipped, release.asset)} ${release.asset.code}`)}</dd>
    ${
      release.upc === null
        ? nothing
        : html`<dt class="muted">${explain('UPC', t`The product number of this release, as on a bar code.`)}</dt>
            <dd class="mono">${release.upc}</dd>`
    }
    <dt class="muted">${t`Size`}</dt>
    <dd>${formatBytes(release.bytes)}</dd>
    <dt class="muted">
      ${explain(t`Content address`, t`A fingerprint of every byte of this release (an IPFS CID). Whoever has it can fetch the release from any holder and knows it is unaltered.`)}
    </dt>
    <dd class="mono" data-testid="root-cid">${release.root}</dd>
  </dl>`
}
