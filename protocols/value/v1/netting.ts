import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, list, matching, nullable, type Shape, tuple, uint, uint64, wrongShape } from '../../codec/shape.ts'
import { ascendingBy } from '../../ledger/v1/ascending.ts'
import { signedMessage } from '../../ledger/v1/domain.ts'
import { ASSET_CODE_PATTERN, CHANGES_MAX, NETTING_LIMITS, PARTICIPANTS_MAX, SCALE_MAX } from './constants.ts'

/** What one participant owes another less than before: both by their index among the participants. */
export interface NettingChange {
  readonly debtor: number
  readonly creditor: number
  /** Fine units, 10^-9; above zero. */
  readonly amount: bigint
}

/** Debts that cancel: for every participant, what it owes less is what it is owed less. */
export interface NettingFields {
  readonly code: string
  readonly scale: number
  /** Random, 32 bytes: names the document in every log. */
  readonly id: Uint8Array
  /** Nobody signs after this time (ms); a document that all signed can be entered at any time. */
  readonly expiry: number
  /** Keys of the communities, ascending by their bytes. */
  readonly participants: readonly Uint8Array[]
  /** Ascending by debtor, then creditor. */
  readonly changes: readonly NettingChange[]
}

/** A document on its way, or complete. Its signatures are not verified yet; all are over `nettingMessage`. */
export interface Netting extends NettingFields {
  /** One for each participant, in their order; null where it is missing. */
  readonly signatures: readonly (Uint8Array | null)[]
}

const change: Shape<NettingChange> = (value, path) => {
  const [debtor, creditor, amount] = changeTuple(value, path)
  if (amount === 0n) wrongShape(path, 'a change is of something')
  return { debtor, creditor, amount }
}
const index = uint(PARTICIPANTS_MAX - 1)
const changeTuple = tuple<[number, number, bigint]>(index, index, uint64)

type Tuple = [string, number, Uint8Array, number, Uint8Array[], NettingChange[], (Uint8Array | null)[]]
const shape = tuple<Tuple>(
  matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR'),
  uint(SCALE_MAX),
  bytes(32),
  uint(),
  ascendingBy(list(bytes(32), PARTICIPANTS_MAX, 2), participant => participant),
  list(change, CHANGES_MAX, 1),
  list(nullable(bytes(64)), PARTICIPANTS_MAX, 2),
)

/** Ascending pairs of two participants, and nobody gains or loses. */
function checkChanges({ participants, changes }: NettingFields): void {
  const sums = participants.map(() => 0n)
  let before = -1
  for (const { debtor, creditor, amount } of changes) {
    const place = debtor * PARTICIPANTS_MAX + creditor
    if (place <= before) wrongShape('changes', 'must be distinct and ascend by debtor, then creditor')
    if (debtor === creditor || Math.max(debtor, creditor) >= participants.length)
      wrongShape('changes', 'a change is between two of the participants')
    sums[debtor] = (sums[debtor] ?? 0n) - amount
    sums[creditor] = (sums[creditor] ?? 0n) + amount
    before = place
  }
  if (sums.some(sum => sum !== 0n)) wrongShape('changes', 'what a participant owes less must be what it is owed less')
}

const listOf = ({ code, scale, id, expiry, participants, changes }: NettingFields): unknown[] => [
  code,
  scale,
  id,
  expiry,
  [...participants],
  changes.map(({ debtor, creditor, amount }) => [debtor, creditor, amount]),
]

/** What every participant signs: `"bandstand/netting/v1\0"`, then the list of the six fields. */
export const nettingMessage = (netting: NettingFields): Uint8Array => signedMessage('netting', encode(listOf(netting)))

/** A document as it travels: a list of the six fields and the signatures. */
export const encodeNetting = (netting: Netting): Uint8Array => encode([...listOf(netting), [...netting.signatures]])

/** Whether everybody has signed: no signature is missing. They are verified elsewhere. */
export const isComplete = (netting: Netting): boolean => netting.signatures.every(signature => signature !== null)

/** Strict and bounded; a document that does not balance is refused. The signatures are the caller's to verify. */
export const decodeNetting = (input: Uint8Array): Result<Netting, CodecFault> =>
  attempt(() => {
    const [code, scale, id, expiry, participants, changes, signatures] = decodeOrThrow(input, shape, NETTING_LIMITS)
    const netting = { code, scale, id, expiry, participants, changes, signatures }
    if (signatures.length !== participants.length) wrongShape('signatures', 'one place for each participant')
    checkChanges(netting)
    return netting
  })
