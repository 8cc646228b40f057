import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { LogCopies, LogRecord, OwnLog } from '#node/ports/ledger.ts'
import type { Follows, Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { decodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { unlockIn } from '#src/value/unlock.ts'
import type { Auditing } from './auditing.ts'
import type { Catalog } from './catalog.ts'
import { askedOnce, hex, key32 } from './keys.ts'

export interface ReceiptsInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly copies: LogCopies
  readonly follows: Follows
  readonly views: Views
  readonly catalog: Catalog
  readonly auditing: Auditing
  readonly asset: api.AssetInfo
}

/** Entries that are shown in the list of receipts: those that move money. */
const SHOWN: ReadonlySet<string> = new Set([
  'issue',
  'redeem',
  'tip',
  'purchase',
  'stream',
  'download',
  'channel-open',
  'channel-close',
  'transfer-out',
  'transfer-in',
  'give',
  'gift',
  'refund',
  'dispute',
  'settle',
  'net',
])
/** Shown only when something moved: a payment from elsewhere that was refused, and a deposit that was all spent, moved nothing. */
const MOVED: ReadonlySet<string> = new Set(['transfer-in', 'channel-close'])
const isShown = ({ kind, amount }: LogRecord): boolean => SHOWN.has(kind) && (amount > 0n || !MOVED.has(kind))
/** Entries looked through for so many shown ones: agreements and accounts lie in between. */
const LOOKED_AT_MAX = 5_000

/** Receipts and their proofs, as the page shows them. */
export function createReceipts(init: ReceiptsInit) {
  const { own, ledger, copies, views } = init
  const isOwn = (community: Uint8Array): boolean => equals(community, own)

  const recordOf = (community: Uint8Array, index: number): LogRecord | null =>
    isOwn(community) ? ledger.record(index) : copies.record(community, index)

  const partyNames = (community: Uint8Array, agreement: Uint8Array | null): ReadonlyMap<string, string> => {
    if (agreement === null) return new Map()
    const view = isOwn(community) ? ledger.agreement(agreement) : copies.agreement(community, agreement)
    const terms = view === null ? null : decodeTerms(view.terms)
    return new Map(terms?.ok ? terms.value.parties.map(party => [party.id, party.name]) : [])
  }

  const info = (record: LogRecord, name = init.catalog.nameOf): api.ReceiptInfo => {
    const { community, index, kind, release, agreement, amount, asset, at, account, peer, lines, leafHash, finality } =
      record
    const names = lines.length === 0 ? new Map<string, string>() : partyNames(community, agreement)
    const issued = kind === 'issue'
    return {
      community: hex(community),
      communityName: name(community),
      index,
      kind,
      release,
      releaseTitle: release === null ? null : (views.release(release)?.manifest.title ?? null),
      agreement: agreement === null ? null : hex(agreement),
      amount: String(amount),
      asset: asset === null ? { ...init.asset, issuer: hex(community) } : { ...asset, issuer: hex(asset.issuer) },
      at,
      payer: issued || account === null ? null : hex(account),
      credited: issued && account !== null ? hex(account) : kind === 'gift' ? givenTo(record) : null,
      peer: peer == null ? null : hex(peer),
      peerName: peer == null ? null : name(peer),
      lines: lines.map(line => ({
        party: line.party,
        name: names.get(line.party) ?? line.party,
        amount: String(line.amount),
        tag: line.tag,
        holder: line.holder,
        state: stateOf(line.holder),
      })),
      leafHash: hex(leafHash),
      own: isOwn(community),
      // What is held of another community was verified and executed again here before it was kept.
      verified: true,
      finality,
    }
  }

  const shownOf = (community: Uint8Array, limit: number): LogRecord[] => {
    for (let ask = limit * 2; ; ask *= 4) {
      const recent = isOwn(community) ? ledger.recent(ask) : copies.recent(community, ask)
      const shown = recent.filter(isShown)
      if (shown.length >= limit || recent.length < ask || ask > LOOKED_AT_MAX) return shown.slice(0, limit)
    }
  }

  return {
    info: (record: LogRecord): api.ReceiptInfo => info(record),
    recordOf,
    isShown,
    list(community: string | undefined, limit: number): api.ReceiptInfo[] {
      const keys =
        community === undefined
          ? [own, ...init.follows.list().map(row => row.community)]
          : [key32(community, 'A community')]
      const name = askedOnce(init.catalog.nameOf)
      return keys
        .flatMap(key => shownOf(key, limit))
        .sort((a, b) => b.at - a.at)
        .slice(0, limit)
        .map(record => info(record, name))
    },
    proof(community: string, index: number): api.ReceiptProof {
      const key = key32(community, 'A community')
      const proven = isOwn(key) ? ledger.prove(index) : copies.prove(key, index)
      if (proven === null) throw new StageError('not-found', notProven(recordOf(key, index) !== null, index))
      return {
        ...info(proven),
        entry: asText(proven.entry, 'base64pad'),
        checkpoint: proven.checkpoint,
        proof: proven.proof.map(hash => asText(hash, 'base64pad')),
        committee: init.auditing.committee(key, proven.checkpoint),
      }
    },
  }
}

/** For whom a purchase unlocks: oneself, or somebody else. */
function givenTo({ entry }: LogRecord): string | null {
  const unlocked = unlockIn(entry)
  return unlocked?.kind === 'unlock' ? hex(unlocked.account) : null
}

export type Receipts = ReturnType<typeof createReceipts>

const notProven = (isHeld: boolean, index: number): string =>
  isHeld
    ? `Receipt number ${index} was accepted a moment ago; its proof is there as soon as the log is signed. Ask again.`
    : `There is no receipt number ${index} in that log here.`

/** Where a line's money is, in one word. */
function stateOf(holder: string): api.ReceiptLine['state'] {
  if (holder.startsWith('acct:')) return 'paid'
  if (holder.startsWith('susp:')) return 'waiting'
  return holder.startsWith('rsrv:') || holder.startsWith('held:') ? 'reserved' : 'other'
}
