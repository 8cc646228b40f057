import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type Charter, charterMessage, encodeCharter, type SignedCharter } from '#protocols/ledger/v1/charter.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { committeeFor } from './committee-for.ts'

export type CharterFaultCode =
  | 'wrong-network'
  | 'wrong-epoch'
  | 'bad-members'
  | 'bad-signature'
  | 'unsigned'
  | 'no-quorum'

interface CharterFault {
  readonly code: CharterFaultCode
  readonly message: string
}

interface Ports {
  readonly hasher: Hasher
  readonly verifier: Verifier
}

const fault = (code: CharterFaultCode, message: string): Result<never, CharterFault> => err({ code, message })

/** What the next charter names as its `previous`. */
export const charterHash = (hasher: Hasher, charter: Charter): Uint8Array => hasher.sha256(encodeCharter(charter))

function follows({ hasher }: Ports, charter: Charter, previous: Charter | null): Result<null, CharterFault> {
  if (previous === null) {
    if (charter.epoch !== 1 || charter.previous !== null)
      return fault('wrong-epoch', 'a federation begins with a charter of epoch 1 that names none before it')
    return ok(null)
  }
  if (charter.network !== previous.network) return fault('wrong-network', 'this charter is of another network')
  if (charter.epoch !== previous.epoch + 1)
    return fault('wrong-epoch', `epoch ${previous.epoch + 1} comes next, and this charter is of ${charter.epoch}`)
  if (charter.previous === null || !equals(charter.previous, charterHash(hasher, previous)))
    return fault('wrong-epoch', 'this charter follows on another charter than the one in force')
  return charter.startsAt > previous.startsAt
    ? ok(null)
    : fault('wrong-epoch', 'a charter cannot start before the one it follows')
}

function membersAreSound({ members }: Charter): Result<null, CharterFault> {
  const keys = new Set(members.map(member => member.community.join()))
  if (members.length === 0 || keys.size !== members.length)
    return fault('bad-members', 'a charter names each of its communities exactly once')
  return ok(null)
}

/** Keys whose signature verifies. One signature that does not verify spoils the charter. */
function signers({ verifier }: Ports, { charter, signatures }: SignedCharter): Result<Uint8Array[], CharterFault> {
  const message = charterMessage(charter)
  for (const { key, signature } of signatures)
    if (!verifier.verify(key, message, signature))
      return fault('bad-signature', 'a signature on this charter does not verify')
  return ok(signatures.map(({ key }) => key))
}

/**
 * A charter is in force when its founders all signed it (epoch 1), or a quorum of the seats of the charter before. A
 * federation too small to fill four seats changes its charter only with everybody's signature. `previous` is trusted.
 */
export function verifyCharter(
  ports: Ports,
  signed: SignedCharter,
  previous: Charter | null,
): Result<Charter, CharterFault> {
  const { charter } = signed
  const order = follows(ports, charter, previous)
  if (!order.ok) return order
  const sound = membersAreSound(charter)
  if (!sound.ok) return sound
  const keys = signers(ports, signed)
  if (!keys.ok) return keys
  const has = (key: Uint8Array): boolean => keys.value.some(other => equals(other, key))
  const committee = previous === null ? null : committeeFor(previous, null)
  if (committee === null || committee.total === 1) {
    const asked = (previous ?? charter).members
    const missing = asked.filter(member => !has(member.community)).length
    return missing === 0
      ? ok(charter)
      : fault('unsigned', `${missing} of ${asked.length} communities did not sign this charter yet`)
  }
  const weight = committee.seats.reduce((sum, seat) => sum + (has(seat.key) ? seat.weight : 0), 0)
  return weight >= committee.quorum
    ? ok(charter)
    : fault('no-quorum', `seats of weight ${weight} signed this charter, and ${committee.quorum} are needed`)
}

/** First epoch whose charter names a community: the one in which its log enters. `charters` ascend; null when none does. */
export const joinedEpoch = (charters: readonly Charter[], community: Uint8Array): number | null =>
  charters.find(({ members }) => members.some(member => equals(member.community, community)))?.epoch ?? null
