import { equals } from 'uint8arrays/equals'
import type { HandleClaim, Handles } from '#node/ports/handles.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { KnownEvent } from '#src/engagement/events.ts'
import { judgeHandle } from '#src/identity/handle.ts'
import type { Author } from './author.ts'
import { hex } from './keys.ts'

export interface RegistrarInit {
  readonly own: Uint8Array
  readonly handles: Handles
  readonly isBanned: (community: Uint8Array, author: Uint8Array) => boolean
  readonly author: Pick<Author, 'submit'>
  readonly warn: (cause: unknown) => void
}

/**
 * Answers claims to handles of the own community in the order in which they became durable: the community's signature
 * makes that order known to every stage. A claim that came before a crash is answered after it.
 */
export function createRegistrar({ own, handles, isBanned, author, warn }: RegistrarInit) {
  let last: Promise<unknown> = Promise.resolve()
  const answer = async (claim: HandleClaim): Promise<void> => {
    // A sync brings what banned keys say, too.
    if (isBanned(own, claim.author)) return
    const holder = claim.handle === '' ? null : handles.holder(own, claim.handle)
    const refusal = judgeHandle(claim.handle, hex(claim.author), holder === null ? null : hex(holder))
    if (refusal === null) await author.submit('engagement/grant', { claim: claim.id })
  }
  /** Each sees what was granted before it. */
  const inTurn = (claim: HandleClaim): void => {
    last = last.then(() => answer(claim)).catch(warn)
  }
  return {
    heard({ id, envelope: { community, author: key } }: AcceptedEvent, known: KnownEvent | null): void {
      if (known?.type === 'engagement/handle' && equals(community, own))
        inTurn({ id, author: key, handle: known.body.handle })
    },
    catchUp(): void {
      for (const claim of handles.open(own)) inTurn(claim)
    },
    /** Resolves when everything heard so far is answered. */
    settled: (): Promise<unknown> => last,
  }
}
