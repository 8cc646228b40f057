import type { ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import type { PartContext } from './context.ts'
import { queueOf } from './part.ts'

/** Plays a release from its start, or pauses and resumes when it is the one playing. Throws `ApiError`. */
export async function playRelease(ctx: PartContext, id: string): Promise<void> {
  if (currentRelease(ctx) === id) return ctx.player.toggle()
  const release = await ctx.api.get<ReleaseDetail>(`/releases/${id}`)
  ctx.player.play(queueOf(release), 0)
}

export function currentRelease(ctx: PartContext): string | null {
  const { queue, at } = ctx.player.state.get()
  return queue[at]?.release ?? null
}

/** Whether the release is the one sounding now (or about to). */
export function isSounding(ctx: PartContext, id: string): boolean {
  const { status } = ctx.player.state.get()
  return currentRelease(ctx) === id && (status === 'playing' || status === 'loading' || status === 'waiting')
}
