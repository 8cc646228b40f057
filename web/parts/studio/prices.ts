import { css, html, nothing } from 'lit'
import type { MembershipInfo, PriceInfo, ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { define, formatUnits, Part, parseUnits, t, tx } from '#web/kit/mod.ts'

/** Changes what one published release costs. */
class ChangePrice extends Part {
  static override properties = { ...Part.properties, release: { attribute: false }, open: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: end;
      }
      label {
        width: 150px;
      }
      input {
        min-height: 38px;
        padding: 6px 10px;
      }
    `,
  ]
  declare release: ReleaseSummary
  declare open: boolean

  constructor() {
    super()
    this.open = false
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const asset = this.ctx.stage.get()?.asset
    const form = new FormData(event.target as HTMLFormElement)
    const sold = this.release.price?.download != null
    const read = (name: string): bigint | null =>
      parseUnits(String(form.get(name) ?? '').trim() || '0', asset?.scale ?? 0)
    const [stream, download] = [read('stream'), sold ? read('download') : null]
    if (stream === null || (sold && download === null)) {
      this.toast(t`Type an amount with at most ${asset?.scale ?? 0} decimals.`, 'bad')
      return
    }
    const body = { stream: String(stream), download: download === null ? null : String(download) }
    const done = await this.attempt(() =>
      this.ctx.api.send<PriceInfo | null>('PUT', `/releases/${this.release.id}/price`, body),
    )
    if (done) this.open = false
  }

  protected override render() {
    const asset = this.ctx.stage.get()?.asset
    const { price } = this.release
    if (asset === undefined) return nothing
    if (!this.open)
      return html`<button
        class="tiny quiet"
        data-testid="change-price"
        @click=${() => {
          this.open = true
        }}
      >
        ${price === null || price.stream === '0' ? t`Set a price` : t`${`${formatUnits(price.stream, asset.scale)} ${asset.code}`} / 30 s`}
      </button>`
    return html`<form @submit=${(event: SubmitEvent) => void this.#save(event)}>
      <label class="small"
        >${tx`For 30 seconds, ${asset.code}`}<input
          name="stream"
          data-testid="new-price"
          inputmode="decimal"
          autocomplete="off"
          .value=${formatUnits(price?.stream ?? '0', asset.scale)}
      /></label>
      ${
        price?.download == null
          ? nothing
          : html`<label class="small"
              >${t`For the originals`}<input
                name="download"
                inputmode="decimal"
                autocomplete="off"
                .value=${formatUnits(price.download, asset.scale)}
            /></label>`
      }
      <button class="tiny" data-testid="save-price">${t`Save`}</button>
      <button
        type="button"
        class="tiny quiet"
        @click=${() => {
          this.open = false
        }}
      >
        ${t`Keep`}
      </button>
    </form>`
  }
}

/** A month of membership in this community. */
class SetMembership extends Part {
  static override properties = { ...Part.properties, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      form {
        display: flex;
        gap: 10px;
        align-items: end;
      }
      label {
        width: 190px;
      }
    `,
  ]
  declare busy: boolean

  constructor() {
    super()
    this.busy = false
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const asset = this.ctx.stage.get()?.asset
    const text = String(new FormData(event.target as HTMLFormElement).get('month') ?? '').trim()
    const month = parseUnits(text === '' ? '0' : text, asset?.scale ?? 0)
    if (month === null) {
      this.toast(t`Type an amount with at most ${asset?.scale ?? 0} decimals.`, 'bad')
      return
    }
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.api.send<MembershipInfo | null>('PUT', '/stage/membership', { month: String(month) })
      await this.ctx.refresh()
      this.toast(month === 0n ? t`There is no membership now.` : t`The membership is open.`, 'good')
    })
    this.busy = false
  }

  protected override render() {
    const asset = this.ctx.stage.get()?.asset
    const own = this.ctx.communities.get().find(one => one.own)
    if (asset === undefined) return nothing
    return html`<section class="card stack tight" aria-labelledby="membership-title">
      <h2 id="membership-title">${t`Membership`}</h2>
      <p class="small muted">
        ${t`A month’s fee of a member is divided among those whose music that member plays, and nobody else. Left empty: none.`}
      </p>
      <form @submit=${(event: SubmitEvent) => void this.#save(event)}>
        <label
          >${tx`For a month, ${asset.code}`}<input
            name="month"
            data-testid="membership-month"
            inputmode="decimal"
            autocomplete="off"
            placeholder=${t`none`}
            .value=${own?.membership == null ? '' : formatUnits(own.membership.month, asset.scale)}
        /></label>
        <button data-testid="membership-save" ?disabled=${this.busy}>${t`Save`}</button>
      </form>
    </section>`
  }
}

define('bs-change-price', ChangePrice)
define('bs-set-membership', SetMembership)
