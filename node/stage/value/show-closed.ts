import type { OwnLog } from '#node/ports/ledger.ts'
import type { ValueAsk, ValueFault } from '#node/ports/value.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { KnownHead } from '#protocols/value/v1/messages.ts'
import type { ClosedLog } from './closed-log.ts'
import { showLeaves } from './show-leaves.ts'

const NOTHING: KnownHead = { generation: 0, size: 0 }
/** Messages to one neighbour in one turn. */
const ROUNDS_MAX = 64

/** What proves a closed generation to whoever knows `known` of the log: one that knows a later one can only know its last head. */
export const fromClosed = (closed: ClosedLog, known: KnownHead): KnownHead =>
  known.generation === closed.generation ? known : NOTHING

/**
 * Shows a neighbour what the closed generation of the own log asks of it, under that one's last certified head, until it has taken
 * everything or refuses: its numbers go on from there, and after a head of the successor no other of the closed log is believed.
 */
export async function showClosed(
  { peers, ledger }: { readonly peers: Pick<ValueAsk, 'ask'>; readonly ledger: Pick<OwnLog, 'outs'> },
  closed: ClosedLog,
  peer: Uint8Array,
): Promise<Result<null, ValueFault>> {
  const asked = await peers.ask(peer, { t: 'knows' })
  if (!asked.ok || asked.value.t !== 'known') return asked.ok ? ok(null) : asked
  let known: KnownHead = asked.value
  let { received } = asked.value
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const rest = [...ledger.outs(peer)].filter(({ sequence }) => sequence > received)
    const indexes = rest.flatMap(({ sequence }) => closed.asked(peer, sequence) ?? [])
    const leaves = indexes.length === 0 ? null : showLeaves(closed, fromClosed(closed, known), indexes)
    if (leaves === null || leaves.items.length === 0) return ok(null)
    const answer = await peers.ask(peer, { t: 'leaves', ...leaves })
    if (!answer.ok) return answer.error.code === 'closed' ? ok(null) : answer
    if (answer.value.t === 'behind') known = answer.value
    else if (answer.value.t !== 'taken' || answer.value.received <= received) return ok(null)
    else received = answer.value.received
  }
  return ok(null)
}
