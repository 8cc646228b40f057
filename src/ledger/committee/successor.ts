import { equals } from 'uint8arrays/equals'
import { ok, type Result } from '#protocols/codec/result.ts'
import { decodeClosing } from '#protocols/ledger/v1/close.ts'
import type { GenesisEntry, Predecessor } from '#protocols/ledger/v1/entry.ts'
import { originOf, parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { type Closing, verifyClosing } from './closing.ts'
import type { EpochStart } from './epochs.ts'
import { type Refused, refuse } from './refusal.ts'
import type { JudgeInput, SeatPorts } from './seat-ports.ts'

const ALONE: EpochStart = { epoch: 0, entered: 0, handed: true }

const names = (predecessor: Predecessor, closing: Closing): boolean =>
  predecessor.origin === closing.origin &&
  predecessor.size === closing.size &&
  equals(predecessor.root, closing.root) &&
  equals(predecessor.stateRoot, closing.stateRoot)

/**
 * A log begins with the genesis of its own community and generation. A later generation goes on from the head at which
 * the one before was closed, and shows the certificate of it: so there is at most one (model: docs/spec/closing.pml).
 * It stays in the closed head's epoch until that epoch's committee hands it over like any other log.
 */
export function checkBeginning(
  ports: SeatPorts,
  { submission, community, head, predecessor }: JudgeInput,
  genesis: GenesisEntry | null,
): Result<EpochStart, Refused> {
  if (head !== null) return ok(head)
  const generation = parseOrigin(submission.origin)?.generation ?? 0
  if (genesis === null || !equals(genesis.community, community) || genesis.generation !== generation)
    return refuse('invalid-entry', 'a log begins with the genesis of its own community and generation')
  if (generation === 1) return ok(ALONE)
  const decoded = submission.closing === null ? null : decodeClosing(submission.closing)
  if (decoded === null || !decoded.ok)
    return refuse('not-closed', 'a successor shows the certificate with which its predecessor was closed')
  const log = { origin: originOf(community, generation - 1), community }
  const closing = verifyClosing(ports, ports.committeeOf, log, decoded.value)
  if (!closing.ok) return refuse('not-closed', closing.error.message)
  if (genesis.predecessor === null || !names(genesis.predecessor, closing.value))
    return refuse('not-closed', 'the successor names another head than the one its predecessor was closed at')
  // A log that closes itself has nobody's word but its own, so what was audited cannot end that way.
  if (closing.value.self && predecessor !== null && predecessor.epoch > 0)
    return refuse('not-closed', 'this log had auditors, and they have to close it')
  return ok({ epoch: closing.value.epoch, entered: 0, handed: true })
}
