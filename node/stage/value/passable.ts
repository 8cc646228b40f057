import { equals } from 'uint8arrays/equals'
import type { OwnLog, Registry } from '#node/ports/ledger.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { isPassable } from '#src/value/line-policy.ts'
import { standsAlone } from './admit-head.ts'

export interface PassableInit {
  readonly ledger: Pick<OwnLog, 'line'>
  readonly registry: Pick<Registry, 'committee' | 'epoch' | 'joined'>
  readonly clock: Clock
}

/** Whether a payment to `to` may be handed to `next`: one in between has to be certified by others, or trusted alone. */
export function createPassable({ ledger, registry, clock }: PassableInit) {
  return (
    next: Uint8Array,
    to: Uint8Array,
    { code, scale }: { readonly code: string; readonly scale: number },
  ): boolean =>
    isPassable(
      { destination: equals(next, to), certified: !standsAlone(registry, next), line: ledger.line(next, code, scale) },
      clock.nowMs(),
    )
}

export type Passable = ReturnType<typeof createPassable>
