import type { AssetInfo } from '#protocols/api/v1/schemas.ts'

const slot = ({ code, scale }: AssetInfo): string => `bandstand-cap-${code}-${scale}`

/** The limit that was set on this device for listening in this money, minor units; null when none was. */
export function rememberedCap(asset: AssetInfo): bigint | null {
  const kept = localStorage.getItem(slot(asset))
  return kept !== null && /^[1-9]\d{0,19}$/.test(kept) ? BigInt(kept) : null
}

export const rememberCap = (asset: AssetInfo, cap: bigint): void => localStorage.setItem(slot(asset), String(cap))

/** One whole unit: enough for a first evening, little enough to lose. */
export const suggestedCap = (asset: AssetInfo): bigint => rememberedCap(asset) ?? 10n ** BigInt(asset.scale)
