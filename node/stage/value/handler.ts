import { equals } from 'uint8arrays/equals'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { SettlingHandlers } from '#node/ports/settling.ts'
import type { ValueFault, ValueHandler } from '#node/ports/value.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { LINES_MAX } from '#protocols/value/v1/constants.ts'
import type { KnownHead, LineOffer, ValueAnswer, ValueRequest } from '#protocols/value/v1/messages.ts'
import { decodePosition } from '#protocols/value/v1/position.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { headroom } from '#src/value/line-policy.ts'
import { refuse } from './admit-head.ts'
import type { ClosedLog } from './closed-log.ts'
import type { Quoting } from './quoting.ts'
import type { Rooms } from './rooms.ts'
import { fromClosed } from './show-closed.ts'
import { ownHead, showLeaves } from './show-leaves.ts'
import type { Taker } from './take-leaves.ts'

export interface HandlerInit {
  readonly ledger: OwnLog
  /** The generation before, where there was one and it is at hand. */
  readonly closed: ClosedLog | null
  readonly quoting: Pick<Quoting, 'answer'>
  readonly taker: Pick<Taker, 'take'>
  readonly rooms: Pick<Rooms, 'reserved'>
  readonly settling: SettlingHandlers
  readonly clock: Clock
}

type Asked<T extends ValueRequest['t']> = Extract<ValueRequest, { t: T }>
type Answering = Promise<Result<ValueAnswer, ValueFault>>

const NOTHING: KnownHead = { generation: 0, size: 0 }

/** Those for the asker first: there may be more than one answer holds. */
function linesOf({ ledger, rooms, clock }: HandlerInit, peer: Uint8Array): LineOffer[] {
  const now = clock.nowMs()
  const lines = [...ledger.lines()]
  const own = lines.filter(({ community }) => equals(community, peer))
  const all = [...own, ...lines.filter(({ community }) => !equals(community, peer))]
  return all.slice(0, LINES_MAX).map(line => {
    const { community, code, scale } = line
    const frozen = ledger.peer(community)?.frozen ?? false
    const reserved = rooms.reserved({ source: community, code, scale }, now)
    const position = ledger.position(community, code, scale)
    return { ...line, headroom: headroom(line, { position, reserved, frozen }, now) }
  })
}

/**
 * Leaves that answer the asker's sequences, under the newest certified head; or those of the closed generation, under its last one.
 * Those that are not decided are left out.
 */
function resultsOf({ ledger, closed }: HandlerInit, peer: Uint8Array, { sequences, ...known }: Asked<'results'>) {
  const indexes = sequences.flatMap(sequence => ledger.crossing('in', peer, sequence)?.ended ?? [])
  const before = sequences.flatMap(sequence => closed?.answered(peer, sequence) ?? [])
  // Whoever knows the successor may not be able to believe the closed log: what this one answers must not wait for that.
  const isPast = closed === null || (known.generation > closed.generation && indexes.length > 0)
  const old = isPast || before.length === 0 ? null : showLeaves(closed, fromClosed(closed, known), before)
  if (old !== null) return { t: 'leaves', ...old } as const
  const leaves = showLeaves(ledger, known, indexes)
  return leaves === null ? null : ({ t: 'leaves', ...leaves } as const)
}

/** Of all assets, the one that was asked about. */
function statementOf(
  answer: Result<readonly Uint8Array[], ValueFault>,
  { code, scale }: Asked<'statement'>,
): Result<ValueAnswer, ValueFault> {
  if (!answer.ok) return answer
  const position = answer.value.find(bytes => {
    const read = decodePosition(bytes)
    return read.ok && read.value.code === code && read.value.scale === scale
  })
  return position === undefined
    ? refuse('wrong-asset', 'the two communities have nothing in that asset')
    : ok({ t: 'statement', position })
}

/** Answers what other stages ask over the value protocol. */
export function createValueHandler(init: HandlerInit): ValueHandler {
  const { ledger, quoting, taker, settling } = init

  const knownOf = (peer: Uint8Array): KnownHead & { readonly received: number } => {
    const known = ledger.peer(peer)
    const { generation, size } = known?.heads.at(-1) ?? NOTHING
    return { generation, size, received: known?.received ?? 0 }
  }

  const bytesOf = <T>(answer: Result<T, ValueFault>, make: (value: T) => ValueAnswer) =>
    answer.ok ? ok(make(answer.value)) : answer

  return async (peer, request): Answering => {
    switch (request.t) {
      case 'lines': {
        const { generation, size } = ownHead(ledger) ?? NOTHING
        return ok({ t: 'lines', generation, size, lines: linesOf(init, peer) })
      }
      case 'quote':
        return bytesOf(await quoting.answer(peer, request), quote => ({ t: 'quoted', quote }))
      case 'knows':
        return ok({ t: 'known', ...knownOf(peer) })
      case 'leaves':
        return taker.take(peer, request)
      case 'results': {
        const leaves = resultsOf(init, peer, request)
        return leaves === null ? refuse('incomplete', 'nothing of that is certified here yet', 1_000) : ok(leaves)
      }
      case 'settle':
        return bytesOf(await settling.settle(peer, request), note => ({ t: 'settled', note }))
      case 'net':
        return bytesOf(await settling.net(peer, request.document), document => ({ t: 'netted', document }))
      case 'statement':
        return statementOf(await settling.statement(peer), request)
      case 'positions':
        return bytesOf(await settling.positions(peer, request), positions => ({ t: 'positions', positions }))
    }
  }
}
