import type { AssetInfo } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { makeKey } from '#web/fan/keys.ts'
import { keepKey, readKey } from '#web/fan/vault.ts'
import type { QueueTrack } from '#web/kit/mod.ts'
import { t } from '#web/kit/words.ts'
import { channelTill, type Till, type TillInit } from './till.ts'

/** A month of support that was paid on this device. The key that signs for it lies beside the fan's own. */
export interface Member {
  readonly community: string
  /** The one artist that it is for; null: everybody who was played. */
  readonly artist: string | null
  /** Minor units: the fee, and as many half minutes of listening can be counted. */
  readonly fee: string
  /** ms */
  readonly until: number
  /** Half minutes counted so far. */
  readonly used: string
}

const slot = (community: string): string => `bandstand-member-${community}`

/** The membership of this device in a community, while it lasts. */
export function memberOf(community: string): Member | null {
  try {
    const kept = JSON.parse(localStorage.getItem(slot(community)) ?? 'null') as Member | null
    return kept !== null && kept.until > Date.now() ? kept : null
  } catch {
    return null
  }
}

/** The last moment of this month, UTC: then the fees are divided. */
export function monthsEnd(now: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - 1
}

/** Pays for the rest of the month; all of it goes to those whose music this device plays. Throws `ApiError`. */
export async function join(init: TillInit, asset: AssetInfo, fee: bigint, artist: string | null): Promise<Member> {
  const { fan, home } = init
  const key = await makeKey()
  await keepKey(key, slot(home))
  const until = monthsEnd(Date.now())
  const order = {
    channel: key.publicKey,
    asset: { code: asset.code, scale: asset.scale, issuer: fromHex(home) },
    deposit: fee,
    expiry: until,
    pool: 'user-centric',
  }
  await fan.order(
    home,
    'value/channel-open',
    order,
    artist === null ? t`A month of membership` : t`A month for ${artist}`,
  )
  const member: Member = { community: home, artist, fee: String(fee), until, used: '0' }
  localStorage.setItem(slot(home), JSON.stringify(member))
  return member
}

/** Counts what is played for a membership that covers it; null when none does. */
export async function membershipTill(
  init: TillInit,
  track: QueueTrack,
): Promise<{ readonly till: Till; readonly left: bigint; readonly used: bigint } | null> {
  const member = track.community === init.home ? memberOf(track.community) : null
  if (member === null || (member.artist !== null && member.artist !== track.releaseArtist)) return null
  const key = await readKey(slot(member.community))
  const used = BigInt(member.used)
  const left = BigInt(member.fee) - used
  if (key === undefined || left <= 0n) return null
  const till = channelTill(init, key)
  return {
    used,
    left,
    till: {
      serves: other => till.serves(other) && (member.artist === null || other.releaseArtist === member.artist),
      async take(amount, played) {
        // Nothing of a fee returns, so its session needs no end; and what is not more is not worth a word.
        if (amount <= BigInt(memberOf(member.community)?.used ?? '0')) return
        await till.take(amount, played, false)
        localStorage.setItem(slot(member.community), JSON.stringify({ ...member, used: String(amount) }))
      },
    },
  }
}
