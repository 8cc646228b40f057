import type { SyncErrorCode } from '#protocols/sync/v1/codec.ts'

/** Why a session ended early. The codes of an error answer, and two for a peer that breaks the protocol. */
export interface SyncFault {
  readonly code: SyncErrorCode | 'no-progress' | 'unexpected-answer'
  readonly message: string
}

/**
 * What a session machine wants done, in this order: send the message; store the events and report back through
 * `stored`; end. A message sent beside a store is answered while the store is under way.
 */
export interface Step<M> {
  readonly send: M | null
  readonly store: readonly Uint8Array[] | null
  readonly end: 'done' | SyncFault | null
}

const NOTHING: Step<never> = { send: null, store: null, end: null }

export const step = <M>(parts: Partial<Step<M>>): Step<M> => ({ ...NOTHING, ...parts })

/** How many of a stored batch were kept (new or already held), and how many the rules refused. */
export interface StoreCount {
  readonly stored: number
  readonly refused: number
}
