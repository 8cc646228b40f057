import { fromHex } from '#web/fan/encoding.ts'
import type { PartContext } from '#web/kit/mod.ts'
import type { Action } from './words.ts'

export interface Deciding {
  readonly action: Action
  /** Event id to hide and unhide, else a key; hex. */
  readonly target: string
  /** When a mute ends, ms; 0: no end, and for all else. */
  readonly until: number
  readonly reason: string
}

/** Whether the reader speaks for that community: its operator at its own stage. */
export function speaksFor({ stage }: PartContext, community: string): boolean {
  const here = stage.get()
  return here?.operator === true && here.community === community
}

/** Signed by the community where its operator decides, else by whoever moderates for it. Throws `ApiError`. */
export async function decide(ctx: PartContext, community: string, { target, ...body }: Deciding): Promise<void> {
  if (speaksFor(ctx, community))
    await ctx.api.send('POST', '/community-events', { type: 'engagement/decision', body: { ...body, target } })
  else await ctx.fan.send(community, 'engagement/decision', { ...body, target: fromHex(target) })
}
