import { css, html, nothing } from 'lit'
import type { AgreementInfo, ReleaseDetail, ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { define, formatFine, formatShare, icon, leftToRight, Part, t } from '#web/kit/mod.ts'
import '../agreements/sign-link.ts'

type Party = AgreementInfo['parties'][number]

/** Of one release: what everybody has earned so far, who has signed, and the links for those who have not. Live. */
class Sharing extends Part {
  static override properties = {
    ...Part.properties,
    release: { attribute: false },
    detail: { state: true },
    agreement: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      :host {
        display: block;
        padding-block: 4px 12px;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 4px 14px;
        align-items: center;
        padding-block: 10px;
        border-top: 1px solid var(--line);
      }
      bs-sign-link {
        grid-column: 1 / -1;
      }
      .chip {
        justify-self: start;
      }
      .all {
        font-weight: 600;
      }
    `,
  ]
  declare release: ReleaseSummary
  declare detail: ReleaseDetail | null
  declare agreement: AgreementInfo | null

  constructor() {
    super()
    this.detail = null
    this.agreement = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = (release: string | null): void => {
      if (release === this.release.id) void this.load().catch(() => {})
    }
    this.on('receipt', ({ release }) => again(release))
    this.on('agreement', ({ release }) => again(release))
  }

  protected override async load(): Promise<void> {
    const { id } = this.release
    const [detail, agreements] = await Promise.all([
      this.ctx.api.get<ReleaseDetail>(`/releases/${id}`),
      this.ctx.api.get<AgreementInfo[]>(`/agreements?release=${id}`),
    ])
    this.detail = detail
    this.agreement = agreements[0] ?? null
  }

  protected override render() {
    const { detail, agreement } = this
    if (detail === null) return html`<div class="skeleton line"></div>`
    const money = (units: string) => leftToRight(`${formatFine(units, detail.asset)} ${detail.asset.code}`)
    const parties = agreement?.parties ?? []
    return html`<div data-testid="sharing">
      <p class="row between small all">
        <span>${t`Earned so far`}</span><span class="num" data-testid="release-earned">${money(detail.tipped)}</span>
      </p>
      <ul>
        ${parties.map(
          party =>
            html`<li data-testid="sharing-party" data-standing=${party.standing}>
              <span class="clip"
                ><b>${party.name}</b> ${party.shares === null ? nothing : html`<span class="muted num">${formatShare(party.shares)}</span>`}</span
              >
              <span class="num">${money(detail.splits.find(one => one.party === party.name)?.earned ?? '0')}</span>
              ${standing(party)}
              ${
                party.standing === 'unsigned' && agreement !== null
                  ? html`<bs-sign-link .ctx=${this.ctx} .agreement=${agreement} .party=${party}></bs-sign-link>`
                  : nothing
              }
            </li>`,
        )}
      </ul>
    </div>`
  }
}

function standing({ standing: state, waiting }: Party) {
  if (state === 'active') return html`<span class="chip good">${icon('check')} ${t`signed, paid at once`}</span>`
  if (state === 'disputed') return html`<span class="chip bad">${t`in dispute`}</span>`
  return html`<span class="chip">${waiting === '0' ? t`has not signed yet` : t`has not signed yet; the part is kept`}</span>`
}

define('bs-sharing', Sharing)
