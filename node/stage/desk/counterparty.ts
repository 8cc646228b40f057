import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { ValueFault } from '#node/ports/value.ts'
import type { CounterpartyStatement } from '#protocols/api/v1/desk-schemas.ts'
import type { AssetInfo } from '#protocols/api/v1/schemas.ts'
import type { Result } from '#protocols/codec/result.ts'
import { decodePosition, type Position, positionMessage } from '#protocols/value/v1/position.ts'
import { formatUnits } from '#src/kernel/money.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { fineUnit } from '#src/value/line-policy.ts'
import { hex, key32 } from '../keys.ts'
import { readBooks } from '../read-books.ts'

export interface CounterpartyInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly rules: Rules
  readonly clock: Clock
  readonly asset: AssetInfo
  readonly nameOf: (community: Uint8Array) => string
  /** The other side's signed position with this community. */
  readonly statement: (
    community: Uint8Array,
    asset: { readonly code: string; readonly scale: number },
  ) => Promise<Result<Uint8Array, ValueFault>>
  /** Settlements with that community that are not in both logs yet, fine units. `theirs`: how many its log says that it paid. */
  readonly underWay: (community: Uint8Array, theirs: number) => bigint
}

const PERIOD = /^\d{4}-(0[1-9]|1[0-2])$/
const FINE_SCALE = 9

/** What one side's log says: above zero this community owes the other one; what is on its way. Fine units. */
interface View {
  readonly position: bigint
  readonly held: bigint
}

/** How the two sides' figures compare. `settling`: what settlements under way may have in one log and not yet in the other. */
export function comparison(
  name: string,
  { code, scale }: { readonly code: string; readonly scale: number },
  ours: View,
  theirs: View | null,
  settling: bigint,
): string {
  if (theirs === null) return `${name} could not be asked; this is what the log here says.`
  const apart = ours.position - theirs.position
  if (apart === 0n) return 'Both sides say the same.'
  const size = apart < 0n ? -apart : apart
  const unit = fineUnit(scale)
  const amount = size % unit === 0n ? formatUnits(size / unit, scale) : formatUnits(size, FINE_SCALE)
  const money = `${amount} ${code}`
  const said = `${name} counts ${money} ${apart > 0n ? 'less' : 'more'} in its own favour.`
  // A payment is first counted where it arrives, a settlement first where it was owed: each explains one direction.
  const underWay = apart < 0n ? ours.held + theirs.held : settling
  return size <= underWay
    ? `${said} At least that much is on its way between the two: the figures meet when it has arrived.`
    : `${said} Nothing on its way explains it: compare the entries, and freeze the line until it is clear.`
}

/** What stands between this community and another one, as the own log and the other side see it. */
export function createCounterparty(init: CounterpartyInit) {
  const { own, ledger, verifier, asset, clock } = init

  const askTheirs = async (community: Uint8Array): Promise<Position | null> => {
    const answer = await init.statement(community, asset)
    const read = answer.ok ? decodePosition(answer.value) : null
    if (read === null || !read.ok) return null
    const { by, other, code, scale, signature } = read.value
    const isAboutUs = equals(by, community) && equals(other, own) && code === asset.code && scale === asset.scale
    return isAboutUs && verifier.verify(by, positionMessage(read.value), signature) ? read.value : null
  }

  const linesOf = async (community: string, period: string) => {
    const holder = `peer:${community}`
    const init2 = { own, log: ledger, hasher: init.hasher, rules: init.rules }
    const { collected } = await readBooks(init2, holder, period)
    const { book } = collected
    const opening = book.openings.find(one => one.holder === holder)?.amount ?? 0n
    let position = opening
    const lines = book.entries.flatMap(({ index, at, use, postings }) => {
      const amount = postings.filter(one => one.holder === holder).reduce((sum, one) => sum + one.amount, 0n)
      if (amount === 0n) return []
      position += amount
      return [{ entry: index, at, kind: use, amount: String(amount), position: String(position) }]
    })
    return { opening: String(opening), lines }
  }

  return async (typed: string, period: string | undefined): Promise<CounterpartyStatement> => {
    const community = key32(typed, 'A community')
    const month = period ?? new Date(clock.nowMs()).toISOString().slice(0, 7)
    if (!PERIOD.test(month)) throw new StageError('bad-request', 'A month is written as 2026-11.', { path: 'period' })
    const peer = ledger.peer(community)
    const name = init.nameOf(community)
    if (peer === null) throw new StageError('not-found', `There is nothing between this community and ${name}.`)
    const { code, scale } = asset
    const assetKey = `${code}/${scale}/${hex(own)}`
    const ours = {
      position: ledger.position(community, code, scale),
      held: ledger.holdingOf(`hold:${typed}`, assetKey),
    }
    const stated = await askTheirs(community)
    const theirs = stated === null ? null : { position: stated.owed - stated.owes, held: stated.held }
    return {
      community: typed,
      name,
      code,
      scale,
      position: String(ours.position),
      onTheWay: String(ours.held),
      frozen: peer.frozen,
      theirs:
        stated === null || theirs === null
          ? null
          : { position: String(theirs.position), onTheWay: String(theirs.held), at: stated.at },
      said: comparison(name, asset, ours, theirs, init.underWay(community, stated?.settled ?? 0)),
      period: month,
      ...(await linesOf(typed, month)),
    }
  }
}
