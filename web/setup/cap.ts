import { html, nothing } from 'lit'
import { musicHours } from '#src/delivery/hours.ts'
import { currentLanguage, explain, formatBytes, m, plural, t, tx } from '#web/kit/mod.ts'
import { type Asked, type Question, standing, typed } from './question.ts'

const GB = 1e9

const gigabytes = (asked: Asked): number =>
  Number(standing(asked, 'cap', String(Math.round((asked.settings.cacheCap.bytes / GB) * 10) / 10)).replace(',', '.'))

/** What that much room means in music, and where the number is from. */
export function hoursSentence(bytes: number, asked: Pick<Asked, 'weighed'>): string {
  const { hours, measured } = musicHours(bytes, asked.weighed)
  const shown = Math.round(hours >= 10 ? hours : hours * 10) / (hours >= 10 ? 1 : 10)
  const room = t`${shown.toLocaleString(currentLanguage())} hours of music`
  return measured
    ? t`Room for about ${room}, going by what the releases here take.`
    : t`Room for about ${room}, at 600 MB an hour: an original without loss and its smaller renditions.`
}

function forecastSentence({ storage }: Asked): string {
  if (storage === null) return ''
  if (storage.growthBytesPerDay === null) return t`The forecast starts after a day of history.`
  if (storage.daysUntilFull === null) return t`At this pace the disk does not fill.`
  return t`Growing by ${formatBytes(storage.growthBytesPerDay)} a day, the disk is full in about ${plural(Math.round(storage.daysUntilFull), 'day')}.`
}

/** How much of the disk copies of other communities' music may take. */
export const cap: Question = {
  name: 'cap',
  title: m('How much room for the music of others?'),
  lede: () =>
    tx`Your own releases always stay. ${explain(t`Copies`, t`Music of communities you follow, kept to play and to pass on. When the cap is reached, what was not heard longest makes room.`)} of other communities’ music end at this cap.`,
  fields(asked) {
    const { fixed, bytes } = asked.settings.cacheCap
    if (fixed !== null)
      return html`<p><b class="num">${formatBytes(bytes)}</b></p>
        <p class="small muted">
          ${t`It was given when this stage was started (--cache-cap, BANDSTAND_CACHE_CAP or cache_cap in bandstand.toml), and that wins.`}
        </p>`
    const wanted = gigabytes(asked) * GB
    const free = asked.storage?.diskFreeBytes
    const more = wanted - (asked.storage?.cachedBytes ?? 0)
    return html`<label
        >${t`Gigabytes`}<input
          data-testid="setup-cap"
          inputmode="decimal"
          autocomplete="off"
          .value=${standing(asked, 'cap', String(gigabytes(asked)))}
          @input=${typed(asked, 'cap')}
      /></label>
      ${Number.isFinite(wanted) ? html`<p class="small">${hoursSentence(wanted, asked)}</p>` : nothing}
      ${
        free === undefined
          ? nothing
          : html`<p class="small muted">
              ${t`${formatBytes(free)} are free on this disk.`}
              ${more > free ? html`<b>${t`That is less than the cap: the disk would be full first.`}</b>` : forecastSentence(asked)}
            </p>`
      }`
  },
  answer(asked) {
    if (asked.settings.cacheCap.fixed !== null || asked.draft.cap === undefined) return null
    const wanted = gigabytes(asked)
    if (!Number.isFinite(wanted) || wanted < 0 || wanted > 1e6) throw t`Type a number of gigabytes, such as 20.`
    return { cacheCapBytes: Math.round(wanted * GB) }
  },
}
