import { html } from 'lit'
import type { Waiting } from '#web/kit/context.ts'
import { t } from '#web/kit/mod.ts'
import type { RoomLog } from './log.ts'

interface Said {
  readonly room?: unknown
  readonly text?: unknown
}

/** What this reader said in a room and the stage does not have yet. */
export function waitingIn(waiting: readonly Waiting[], place: string, log: RoomLog | null): readonly Waiting[] {
  const shown = new Set(log?.messages.map(({ id }) => id))
  return waiting.filter(
    ({ type, community, body, id }) =>
      type === 'engagement/chat' &&
      `${community}/${String((body as Said).room)}` === place &&
      (id === null || !shown.has(id)),
  )
}

/** It stands where it will stand once it is said, and says that it is not yet. */
export const waitingView = ({ body, refused }: Waiting) => html`<article class="mine waits" data-testid="chat-waits">
  <p>${String((body as Said).text ?? '')}</p>
  <p class="small">${refused ?? t`Waits to be sent`}</p>
</article>`
