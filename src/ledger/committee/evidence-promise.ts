import { equals } from 'uint8arrays/equals'
import { ok, type Result } from '#protocols/codec/result.ts'
import { type Ack, ackMessage, decodeAck } from '#protocols/ledger/v1/ack.ts'
import type { Checkpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Breach, BrokenPromiseEvidence } from '#protocols/ledger/v1/evidence.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { leafHash } from '../merkle.ts'
import { verifyInclusion } from '../merkle-verify.ts'
import { notProven, originOfNote, shortKey, unsigned } from './evidence-fork.ts'
import type { Conviction, EvidenceFault, EvidencePorts } from './evidence-types.ts'
import { verifyLogNote } from './notes.ts'

/** Another leaf stands where the acked one was promised. */
const replaced = (
  hasher: Hasher,
  ack: Ack,
  { size, root }: Checkpoint,
  breach: Breach & { how: 'replaced' },
): boolean =>
  !equals(breach.leaf, ack.leaf) &&
  verifyInclusion(hasher, { index: ack.index, size, root, leaf: breach.leaf, proof: breach.proof })

/** The log ended a batch after the deadline and before the promised index: what was acked was never appended. */
function missing(hasher: Hasher, ack: Ack, { size, root }: Checkpoint, breach: Breach & { how: 'missing' }): boolean {
  const entry = decodeEntry(breach.commit)
  const leaf = leafHash(hasher, breach.commit)
  return (
    size <= ack.index &&
    entry.ok &&
    entry.value.kind === 'commit' &&
    entry.value.at > ack.deadline &&
    verifyInclusion(hasher, { index: size - 1, size, root, leaf, proof: breach.proof })
  )
}

/** The community acked an order, and its own signed log shows that the ack was broken. */
export function verifyBrokenPromise(
  ports: EvidencePorts,
  { community, ack: bytes, note, breach }: BrokenPromiseEvidence,
): Result<Conviction, EvidenceFault> {
  const ack = decodeAck(bytes)
  const origin = originOfNote(note, community)
  if (!ack.ok || origin === null || ack.value.origin !== origin)
    return unsigned('ack and note are not of one log of the community that is accused')
  if (!ports.verifier.verify(community, ackMessage(ack.value), ack.value.signature))
    return unsigned('the signature on the ack does not verify')
  const head = verifyLogNote(ports, origin, community, note)
  if (!head.ok) return unsigned(head.error.message)
  const { index, deadline } = ack.value
  const who = `Community ${shortKey(community)}`
  const broke = (sentence: string) => ok({ origin, guilty: [community], log: true, sentence })
  if (breach.how === 'replaced' && replaced(ports.hasher, ack.value, head.value, breach))
    return broke(`${who} promised an order entry ${index} of ${origin}, and another entry stands there.`)
  if (breach.how === 'missing' && missing(ports.hasher, ack.value, head.value, breach))
    return broke(
      `${who} promised an order entry ${index} of ${origin} by ${new Date(deadline).toISOString()}, and signed ${head.value.size} entries without it after that.`,
    )
  return notProven('the log as signed here can still keep this promise')
}
