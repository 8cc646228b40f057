import { html, nothing } from 'lit'
import { type PartContext, type QueueTrack, type Toast, t } from '#web/kit/mod.ts'

/** Tells the person at the page. */
export type Say = (message: string, tone?: Toast['tone']) => void

/** Puts tracks behind what plays, or at the end; nothing while the queue is empty, because then Play does it. */
export function queueing(ctx: PartContext, tracks: readonly QueueTrack[], say: Say) {
  if (ctx.player.state.get().queue.length === 0) return nothing
  const add = (where: 'next' | 'last') => (): void => {
    ctx.player.enqueue(tracks, where)
    say(where === 'next' ? t`Plays next.` : t`Added to the queue.`, 'good')
  }
  return html`<button class="quiet tiny" data-testid="play-next" @click=${add('next')}>${t`Play next`}</button>
    <button class="quiet tiny" data-testid="add-to-queue" @click=${add('last')}>${t`Add to queue`}</button>`
}
