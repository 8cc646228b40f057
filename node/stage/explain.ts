import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { LogCopies, LogRecord, OwnLog, ProvenRecord, Registry } from '#node/ports/ledger.ts'
import type { Explanation } from '#protocols/api/v1/statements.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import type { AgreementView } from '#src/ledger/machine/machine.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { FINE_SCALE, type Titles } from '#src/royalties/statements/book.ts'
import { explainReceipt, type Proven } from '#src/royalties/statements/explain.ts'
import { hex, key32 } from './keys.ts'
import { compiledIn, titleOf } from './try-out.ts'

export interface ExplainInit {
  readonly own: Uint8Array
  readonly log: OwnLog
  readonly copies: LogCopies
  readonly registry: Registry
  readonly rules: Rules
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly titles: Titles
  readonly nameOf: (community: Uint8Array) => string
}

/** Epoch of the commit with which a head ends; null when the entry is not here. */
function epochOf(init: ExplainInit, community: Uint8Array, size: number): number | null {
  const { own, log, copies } = init
  const [last] = equals(community, own) ? log.entries(size - 1, 1) : copies.entries(community, size - 1, 1)
  const entry = last === undefined ? null : decodeEntry(last)
  return entry?.ok && entry.value.kind === 'commit' ? entry.value.epoch : null
}

function provenBy(init: ExplainInit, record: LogRecord, proven: ProvenRecord | null): Proven {
  const { registry, nameOf } = init
  const note = proven === null ? null : parseCheckpoint(proven.checkpoint)
  const own = init.log.checkpoint().split('\n', 1)[0] ?? ''
  const leafHash = hex(record.leafHash)
  if (proven === null || note === null || !note.ok) return { origin: own, leafHash, size: null, seats: null }
  const { origin, size } = note.value
  const epoch = epochOf(init, record.community, size)
  const committee = epoch === null || epoch === 0 ? null : registry.committee(record.community, epoch)
  if (committee === null || committee.total === 1) return { origin, leafHash, size, seats: null }
  const log = { origin, community: record.community }
  const certificate = verifyCertificate(init, committee, log, proven.checkpoint)
  const names = certificate.ok ? certificate.value.seats.map(seat => nameOf(seat.key)) : []
  const weight = certificate.ok ? certificate.value.weight : 0
  return { origin, leafHash, size, seats: { names, weight, quorum: committee.quorum, total: committee.total } }
}

/** What it was for. Entries that codes made are told by their order, whose kind others share. */
function useOf({ kind, entry }: LogRecord): string {
  if (kind !== 'issue' && kind !== 'redeem') return kind
  const decoded = decodeEntry(entry)
  const order = decoded.ok && 'order' in decoded.value ? decodeEnvelope(decoded.value.order) : null
  const [, code] = order?.ok ? (/^value\/(batch|code|batch-revoke)$/.exec(order.value.type) ?? []) : []
  return code ?? kind
}

const assetKey = ({ asset }: LogRecord): string =>
  asset === null ? 'X/0/' : `${asset.code}/${asset.scale}/${hex(asset.issuer)}`

const fineOf = ({ amount, asset }: LogRecord): bigint =>
  amount * 10n ** BigInt(FINE_SCALE - (asset?.scale ?? FINE_SCALE))

const signedBy = (view: AgreementView | null) =>
  view === null
    ? null
    : { active: view.parties.filter(party => party.standing === 'active').length, parties: view.parties.length }

/** A receipt of this or of a followed log, in plain words. */
export function explain(init: ExplainInit, community: string, index: number): Explanation {
  const { own, log, copies, titles } = init
  const key = key32(community, 'A community')
  const mine = equals(key, own)
  const record = mine ? log.record(index) : copies.record(key, index)
  if (record === null) throw new StageError('not-found', `There is no entry number ${index} in that log here.`)
  const view = (hash: Uint8Array): AgreementView | null => (mine ? log.agreement(hash) : copies.agreement(key, hash))
  const nested = compiledIn(init.rules, view)
  const agreement = record.agreement === null ? null : nested(record.agreement)
  const { at, release, account, lines } = record
  const said = explainReceipt({
    index,
    at,
    use: useOf(record),
    communityName: init.nameOf(key),
    payer: account === null ? null : hex(account),
    title: release === null ? null : (titles.release(release)?.title ?? release),
    amount: fineOf(record),
    asset: assetKey(record),
    lines,
    agreement,
    agreementTitle: agreement === null ? null : titleOf(agreement),
    signed: record.agreement === null ? null : signedBy(view(record.agreement)),
    nested,
    proven: provenBy(init, record, mine ? log.prove(index) : copies.prove(key, index)),
  })
  return { community, index, ...said, steps: [...said.steps], gets: [...said.gets], proof: [...said.proof] }
}
