import { StageError } from '#node/errors.ts'
import type { AssetInfo, CommunityInfo, PeerValue, StageInfo } from '#protocols/api/v1/schemas.ts'
import type { StageClient } from './client.ts'
import { amountText, clean, parseAmount } from './format.ts'

const DAY_MS = 24 * 3600_000
const FINE_SCALE = 9

/** Another community as it is typed: its key, its peer id, or its name where only one has it. */
export async function otherCommunity(client: StageClient, typed: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(typed)) return typed
  const known = new Map<string, string>()
  for (const { community, peerId, name, own } of await client.json<CommunityInfo[]>('/api/v1/communities'))
    if (!own && [peerId, name].includes(typed)) known.set(community, name)
  for (const { community, name } of await client.json<PeerValue[]>('/api/v1/peers/value'))
    if (name === typed) known.set(community, name)
  const [found, ...more] = known.keys()
  if (found !== undefined && more.length === 0) return found
  const why = found === undefined ? 'No community is called' : 'Several communities are called'
  throw new StageError('unknown-community', `${why} "${clean(typed)}" here: give its key of 64 hex digits.`)
}

/** An amount such as 12.50 in minor units of this community's asset; 0 only where it is asked for. */
export async function ownAmount(
  client: StageClient,
  typed: string,
  orZero = false,
): Promise<{ readonly amount: string; readonly asset: AssetInfo }> {
  const { asset } = await client.json<StageInfo>('/api/v1/stage')
  const units = parseAmount(typed, asset.scale)
  if (units === null || (units === 0n && !orZero))
    throw new StageError(
      'bad-arguments',
      `"${clean(typed)}" is no amount: write one such as 12.50, with at most ${asset.scale} decimals.`,
    )
  return { amount: units.toString(), asset }
}

/** `--until 2027-01-31`, the end of that day in UTC; or so many days from now. */
export function untilTime(typed: string | undefined, daysElse: number): number {
  if (typed === undefined) return Date.now() + daysElse * DAY_MS
  const start = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? Date.parse(`${typed}T00:00:00Z`) : Number.NaN
  // A day such as 2027-02-31 rolls over into the next month.
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== typed)
    throw new StageError('bad-arguments', `"${clean(typed)}" is no day: write it as 2027-01-31.`)
  return start + DAY_MS - 1
}

/** A percentage such as 2.5 in ten-thousandths. */
export function haircutOf(typed: string): number {
  const tenThousandths = parseAmount(typed.replace(/%$/, ''), 2)
  if (tenThousandths === null || tenThousandths > 9_999n)
    throw new StageError('bad-arguments', `"${clean(typed)}" is no haircut: write a percentage such as 2.5, below 100.`)
  return Number(tenThousandths)
}

/** A name of 64 hex digits, or the beginning of the only one that begins so. */
export function nameFrom(names: readonly string[], typed: string, what: string): string {
  const found = /^[0-9a-f]{4,64}$/.test(typed) ? names.filter(name => name.startsWith(typed)) : []
  if (found.length === 1 && found[0] !== undefined) return found[0]
  const why =
    found.length > 1 ? `Several begin with "${typed}": write more of it` : `"${clean(typed)}" names no ${what}`
  throw new StageError('bad-arguments', `${why}. The list shows the names; four letters are often enough.`)
}

/** Fine units without the zeros that nobody needs. */
export function fineText(fine: string, scale: number, code: string): string {
  const negative = fine.startsWith('-')
  const whole = amountText(negative ? fine.slice(1) : fine, FINE_SCALE, '').trimEnd()
  const least = whole.length - (FINE_SCALE - scale)
  const kept = whole.slice(0, least) + whole.slice(least).replace(/0+$/, '')
  return `${negative ? '-' : ''}${kept.replace(/\.$/, '')} ${code}`
}
