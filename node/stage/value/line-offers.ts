import { equals } from 'uint8arrays/equals'
import type { ValueAsk } from '#node/ports/value.ts'
import type { LineOffer } from '#protocols/value/v1/messages.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { hex } from '../keys.ts'

/** How long a neighbour's answer about its lines is good, ms. */
const GOOD_MS = 15_000
/** Likewise where it did not accept what was asked: lines are opened while people wait. */
const REFUSED_MS = 1_000
const WAIT_MS = 3_000

interface Held {
  readonly lines: readonly LineOffer[]
  readonly at: number
}

/** What neighbours say that they accept of this community's credit. */
export function createOffers(own: Uint8Array, peers: ValueAsk, clock: Clock) {
  const held = new Map<string, Held>()
  const of = async (peer: Uint8Array, goodMs = GOOD_MS): Promise<readonly LineOffer[]> => {
    const name = hex(peer)
    const known = held.get(name)
    if (known !== undefined && clock.nowMs() - known.at < goodMs) return known.lines
    const answer = await peers.ask(peer, { t: 'lines' }, AbortSignal.timeout(WAIT_MS))
    if (!answer.ok || answer.value.t !== 'lines') return known?.lines ?? []
    const lines = answer.value.lines.filter(({ community }) => equals(community, own))
    held.set(name, { lines, at: clock.nowMs() })
    return lines
  }
  return {
    of: (peer: Uint8Array): Promise<readonly LineOffer[]> => of(peer, REFUSED_MS),
    known: (peer: Uint8Array): readonly LineOffer[] => held.get(hex(peer))?.lines ?? [],
    /** Whether it is worth asking for a way over this neighbour. */
    async accepts(
      peer: Uint8Array,
      { code, scale, amount }: { readonly code: string; readonly scale: number; readonly amount: bigint },
    ): Promise<boolean> {
      const takes = (line: LineOffer): boolean => line.code === code && line.scale === scale && line.headroom >= amount
      return (await of(peer)).some(takes) || (await of(peer, REFUSED_MS)).some(takes)
    },
  }
}
