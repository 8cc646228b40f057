import type { KeptSettings } from '#node/ports/settings.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'

/** What a log counts until its operator names something else: worth nothing, and says so. */
const TRIAL = { code: 'TEST', scale: 2 } as const
/** Name of the setting. */
export const CURRENCY = 'currency'
const KEPT = /^([A-Z][A-Z0-9]{2,7})\/([0-9])$/

export interface Currency {
  /** Answers with what the log counts at that moment: do not take it apart before it is needed. */
  readonly asset: Asset
  /** From now on; keeping it is the caller's (`settings`, under this name and form). */
  set(kept: string): void
}

/** The asset in which the community's own log counts. It may be named until the log has its first entry. */
export function createCurrency(kept: KeptSettings, issuer: Uint8Array): Currency {
  const read = (text: string) => {
    const [, code, scale] = KEPT.exec(text) ?? []
    return code === undefined ? TRIAL : { code, scale: Number(scale) }
  }
  let now: { readonly code: string; readonly scale: number } = read(kept.get(CURRENCY) ?? '')
  return {
    asset: {
      get code() {
        return now.code
      },
      get scale() {
        return now.scale
      },
      issuer,
    },
    set(text) {
      now = read(text)
    },
  }
}
