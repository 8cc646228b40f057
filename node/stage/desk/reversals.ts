import { StageError } from '#node/errors.ts'
import type { ReversalsApi } from '#node/ports/desk-api.ts'
import type { Accepted } from '#node/ports/intake.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { LineAnswer, PurchaseInfo } from '#protocols/api/v1/desk-schemas.ts'
import type { AssetInfo, SubmitResult } from '#protocols/api/v1/schemas.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { RECOURSE_MS } from '#src/ledger/transfer-times.ts'
import { lineInWords } from '#src/value/line-policy.ts'
import type { Author } from '../author.ts'
import { hex, key32 } from '../keys.ts'

export interface ReversalsInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly author: Author
  readonly asset: AssetInfo
  readonly clock: Clock
  /** Keeps a text here; answers the commitment that stands in the log for it. */
  readonly commitTo: (text: string) => Uint8Array
  readonly nameOf: (community: Uint8Array) => string
  readonly titleOf: (release: string) => string | null
  readonly asResult: (accepted: Accepted) => SubmitResult
}

/** Lines of credit, and what takes a payment back: all of it orders that the community signs. */
export function createReversals(init: ReversalsInit): ReversalsApi {
  const { own, ledger, author, asset, clock } = init
  const committed = (text: string): Uint8Array | null => (text === '' ? null : init.commitTo(text))

  const otherKey = (text: string): Uint8Array => {
    const key = key32(text, 'A community')
    if (Buffer.compare(key, own) === 0)
      throw new StageError('bad-request', 'A community grants no credit to itself: name another one.')
    return key
  }

  const answer = (community: Uint8Array, receipt: number | null): LineAnswer => {
    const { code, scale } = asset
    const line = ledger.line(community, code, scale)
    const position = ledger.position(community, code, scale)
    const frozen = ledger.peer(community)?.frozen ?? false
    const name = init.nameOf(community)
    const said =
      line === null
        ? `This community accepts no credit of ${name}: nothing can be lost.`
        : lineInWords(name, { ...line, code, scale }, { position, reserved: 0n, frozen }, clock.nowMs())
    return { community: hex(community), name, said, receipt }
  }

  const purchase = (index: number, payer: Uint8Array, disputed: boolean): PurchaseInfo[] => {
    const record = ledger.record(index)
    if (record === null) return []
    const { amount, release, at } = record
    const releaseTitle = release === null ? null : init.titleOf(release)
    return [{ receipt: index, payer: hex(payer), disputed, amount: String(amount), asset, release, releaseTitle, at }]
  }

  return {
    async setLine(typed, { limit, haircut, expiry, alone }) {
      const community = otherKey(typed)
      if (BigInt(limit) > 0n && expiry <= clock.nowMs())
        throw new StageError('bad-request', 'The line would be over before it began: choose a later end.', {
          path: 'expiry',
        })
      const { code, scale } = asset
      const body = { community, code, scale, limit: BigInt(limit), haircut, expiry, alone }
      return answer(community, (await author.order('value/line', body)).receipt)
    },
    async freezeLine(typed, frozen, reason) {
      const community = otherKey(typed)
      const body = { community, frozen, reason: committed(reason) }
      return answer(community, (await author.order('value/freeze', body)).receipt)
    },
    unanswered: () =>
      [...ledger.outs()]
        .filter(({ written, expiry }) => !written && clock.nowMs() > expiry + RECOURSE_MS)
        .map(({ next, sequence, gross, asset: of, expiry }) => {
          const [code = '', scale = '0'] = of.split('/')
          const amount = String(gross)
          return { community: hex(next), name: init.nameOf(next), sequence, amount, code, scale: Number(scale), expiry }
        }),
    writeOff: async ({ community, sequence }) =>
      init.asResult(await author.order('value/write-off', { community: otherKey(community), sequence })),
    purchases: () =>
      [...ledger.purchases()]
        .sort((a, b) => Number(b.disputed) - Number(a.disputed) || b.index - a.index)
        .flatMap(({ index, payer, disputed }) => purchase(index, payer, disputed)),
    async refund({ receipt, reason }) {
      if (ledger.bought(receipt) === null)
        throw new StageError(
          'not-found',
          `Entry ${receipt} is no purchase that can be taken back: it is another kind of payment, too old, or was refunded.`,
        )
      return init.asResult(await author.order('value/refund', { receipt, reference: committed(reason) }))
    },
    async give({ account, amount, reason }) {
      if (BigInt(amount) === 0n) throw new StageError('bad-request', 'A gift is more than zero.', { path: 'amount' })
      const body = {
        account: key32(account, 'An account'),
        amount: BigInt(amount),
        asset: { code: asset.code, scale: asset.scale, issuer: own },
        reference: committed(reason),
      }
      return init.asResult(await author.order('value/give', body))
    },
  }
}
