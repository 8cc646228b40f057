import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { CommunityLog, FollowedLogs, ReceiptRecord } from '#node/ports/community-log.ts'
import type { Follows, Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import type { Author } from './author.ts'
import type { Catalog } from './catalog.ts'
import { askedOnce, hex, key32 } from './keys.ts'

export interface MoneyInit {
  readonly own: Uint8Array
  readonly log: CommunityLog
  readonly followedLogs: FollowedLogs
  readonly follows: Follows
  readonly views: Views
  readonly catalog: Catalog
  readonly author: Author
  readonly asset: api.AssetInfo
}

/** Balances, credits, receipts and their proofs, as the page shows them. */
export function createMoney(init: MoneyInit) {
  const { own, log, followedLogs } = init

  const receiptInfo = (record: ReceiptRecord, name = init.catalog.nameOf): api.ReceiptInfo => ({
    community: hex(record.community),
    communityName: name(record.community),
    index: record.index,
    kind: record.kind,
    release: record.release,
    releaseTitle: record.release === null ? null : (init.views.release(record.release)?.manifest.title ?? null),
    amount: String(record.amount),
    asset: { code: record.asset.code, scale: record.asset.scale, issuer: hex(record.asset.issuer) },
    at: record.at,
    payer: record.kind === 'tip' ? hex(record.account) : null,
    lines: record.lines.map(line => ({ party: line.party, amount: String(line.amount) })),
    leafHash: hex(record.leafHash),
    own: equals(record.community, own),
    // A record of another community is kept only after its proof was checked here.
    verified: true,
  })

  const recentOf = (community: Uint8Array, limit: number): ReceiptRecord[] =>
    equals(community, own) ? log.recent(limit) : followedLogs.recent(community, limit)

  return {
    receiptInfo: (record: ReceiptRecord): api.ReceiptInfo => receiptInfo(record),
    wallet: (account: string): api.Wallet => ({
      account,
      balance: String(log.balance(key32(account, 'An account'))),
      asset: init.asset,
    }),
    async issueCredit(request: api.IssueCredit): Promise<api.ReceiptInfo> {
      const { index } = await issue(init, request)
      const record = log.receipt(index)
      if (record === null) throw new StageError('internal', 'The receipt was written but cannot be read back.')
      return receiptInfo(record)
    },
    receipts(community: string | undefined, limit: number): api.ReceiptInfo[] {
      const keys =
        community === undefined
          ? [own, ...init.follows.list().map(row => row.community)]
          : [key32(community, 'A community')]
      const name = askedOnce(init.catalog.nameOf)
      return keys
        .flatMap(key => recentOf(key, limit))
        .sort((a, b) => b.at - a.at)
        .slice(0, limit)
        .map(record => receiptInfo(record, name))
    },
    receipt(community: string, index: number): api.ReceiptProof {
      const key = key32(community, 'A community')
      const proven = equals(key, own) ? log.prove(index) : followedLogs.prove(key, index)
      if (proven === null) throw new StageError('not-found', `There is no receipt number ${index} in that log here.`)
      return {
        ...receiptInfo(proven),
        entry: asText(proven.entry, 'base64pad'),
        checkpoint: proven.checkpoint,
        proof: proven.proof.map(hash => asText(hash, 'base64pad')),
      }
    },
    logInfo(): api.LogInfo {
      const checkpoint = log.checkpoint()
      return { origin: checkpoint.split('\n', 1)[0] ?? '', size: log.size(), root: hex(log.root()), checkpoint }
    },
  }
}

export type Money = ReturnType<typeof createMoney>

async function issue(init: MoneyInit, request: api.IssueCredit): Promise<{ index: number }> {
  const amount = BigInt(request.amount)
  if (amount === 0n) throw new StageError('bad-request', 'A credit is more than zero.', { path: 'amount' })
  const accepted = await init.author.submit('value/issue', {
    account: key32(request.account, 'An account'),
    amount,
    asset: { code: init.asset.code, scale: init.asset.scale, issuer: init.own },
    evidence: request.evidence,
  })
  if (accepted.receipt === null) throw new StageError('internal', 'The ledger gave no receipt for the credit.')
  return { index: accepted.receipt }
}
