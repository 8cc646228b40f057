import { equals } from 'uint8arrays/equals'
import type { Bundle, BundleLine, BundleStatement } from '#protocols/ledger/v1/bundle.ts'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import { decodeStatement, FIRST_DIGEST, nextDigest, type Statement } from '#src/ledger/machine/statement.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import type { Close } from './check-closes.ts'
import type { Ports } from './check-head.ts'
import { refuse } from './refusal.ts'

/** A statement that its period-close vouches for. */
export interface ProvenStatement extends Statement {
  readonly ordinal: number
  readonly close: Close
  readonly closeOrdinal: number
}

function readStatement(
  { hasher }: Ports,
  closes: readonly Close[],
  ordinal: number,
  { close: closeOrdinal, position, value, path }: BundleStatement,
): ProvenStatement {
  const part = partName('statement', ordinal)
  const close = closes[closeOrdinal]
  if (close === undefined) return refuse(part, 'it names a period-close that is not in the file')
  const { count: size, statements: root } = close.entry
  if (!verifyInclusion(hasher, { index: position, size, leaf: leafHash(hasher, value), root, proof: path }))
    refuse(
      part,
      'it is not among the statements that the period-close fixed: its text, its place or its proof were changed',
    )
  const read = decodeStatement(value)
  if (!read.ok) return refuse(part, read.error.message)
  const { opening, closing, earned, spent } = read.value
  if (opening + earned - spent !== closing) refuse(part, 'opening, movements and closing do not add up')
  return { ...read.value, ordinal, close, closeOrdinal }
}

/** One balance runs on from each closed part to the next; a gap means that a statement was left out. */
function checkContinuity(statements: readonly ProvenStatement[]): void {
  const last = new Map<string, ProvenStatement>()
  for (const statement of statements) {
    const key = `${statement.holder} ${statement.asset}`
    const before = last.get(key)
    if (before !== undefined && before.closing !== statement.opening)
      refuse(
        partName('statement', statement.ordinal),
        'it does not open with what the one before closed with: a part is missing',
      )
    last.set(key, statement)
  }
}

export function readStatements(ports: Ports, closes: readonly Close[], bundle: Bundle): ProvenStatement[] {
  if (bundle.statements.length === 0) refuse(partName('statement', 0), 'it is missing')
  const out = bundle.statements.map((one, ordinal) => readStatement(ports, closes, ordinal, one))
  for (const [ordinal, one] of bundle.statements.entries()) {
    const before = bundle.statements[ordinal - 1]
    if (
      before !== undefined &&
      (one.close < before.close || (one.close === before.close && one.position <= before.position))
    )
      refuse(partName('statement', ordinal), 'it is out of order')
  }
  for (const ordinal of closes.keys())
    if (!bundle.statements.some(one => one.close === ordinal))
      refuse(partName('close', ordinal), 'no statement in the file needs it')
  checkContinuity(out)
  return out
}

/** The chain over a statement's lines ends in its digest: nothing was added, left out, changed or put in another order. */
export function checkDigest(
  { hasher }: Ports,
  statement: ProvenStatement,
  lines: readonly { readonly line: BundleLine; readonly leaf: Uint8Array }[],
): void {
  const part = `the lines of ${partName('statement', statement.ordinal)}`
  if (lines.length !== statement.count)
    refuse(part, `the statement counts ${statement.count} lines, and ${lines.length} are in the file`)
  let [digest, earned, spent] = [FIRST_DIGEST, 0n, 0n]
  for (const { line, leaf } of lines) {
    digest = nextDigest(hasher, digest, { ...line, leaf })
    if (line.amount > 0n) earned += line.amount
    else spent -= line.amount
  }
  if (earned !== statement.earned || spent !== statement.spent)
    refuse(part, 'they do not add up to what the statement says')
  if (!equals(digest, statement.digest)) refuse(part, 'a line was changed, added, left out or moved')
}
