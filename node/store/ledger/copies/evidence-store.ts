import type { DatabaseSync } from 'node:sqlite'
import type { LedgerFault, Registry } from '#node/ports/ledger.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { decodeEvidence, type Evidence, encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import type { Clock } from '#src/kernel/ports.ts'
import type { EvidencePorts } from '#src/ledger/committee/evidence-types.ts'
import { verifyEvidence } from '#src/ledger/committee/evidence-verify.ts'
import { transaction } from '../../database.ts'
import { ledgerFault } from '../shared/faults.ts'

/** Rows a community and kind: each convicts somebody new, and a log that invents cosigners must not fill the disk. */
const ROWS_MAX = 8

export interface EvidenceStoreOptions extends EvidencePorts {
  readonly db: DatabaseSync
  readonly registry: Registry
  readonly clock: Clock
  /** New evidence, found here or told by others: it goes on to everybody. Must not throw. */
  readonly found: (community: Uint8Array, evidence: Uint8Array) => void
}

/** Evidence against logs and seats: verified, kept once, and counted in the registry. */
export interface EvidenceStore {
  /** Verifies it by itself. Convicted seats are ejected when this resolves. `known`: it convicts nobody of anything new. */
  take(evidence: Uint8Array): Promise<Result<{ readonly known: boolean }, LedgerFault>>
  /** Evidence that was built here; what does not convict is a defect of the builder, and dropped. */
  keep(evidence: Evidence): Promise<void>
  of(community: Uint8Array | null): Uint8Array[]
}

export function openEvidenceStore(options: EvidenceStoreOptions): EvidenceStore {
  const { db, registry, clock, hasher, found } = options
  const has = db.prepare('SELECT 1 FROM evidence WHERE id = ?')
  const count = db.prepare('SELECT count(*) AS n FROM evidence WHERE community = ? AND kind = ?')
  const put = db.prepare('INSERT INTO evidence (id, community, kind, body, noticed_at) VALUES (?, ?, ?, ?, ?)')
  const convicted = db.prepare('SELECT 1 FROM conviction WHERE kind = ? AND origin = ? AND culprit = ?')
  const convict = db.prepare('INSERT OR IGNORE INTO conviction (kind, origin, culprit) VALUES (?, ?, ?)')
  const all = db.prepare('SELECT body FROM evidence ORDER BY noticed_at')
  const some = db.prepare('SELECT body FROM evidence WHERE community = ? ORDER BY noticed_at')

  const take: EvidenceStore['take'] = async bytes => {
    const id = hasher.sha256(bytes)
    if (has.get(id) !== undefined) return ok({ known: true })
    const decoded = decodeEvidence(bytes)
    if (!decoded.ok) return ledgerFault('bad-request', `The evidence cannot be read: ${decoded.error.message}.`)
    const { community, kind } = decoded.value
    const verdict = verifyEvidence(options, decoded.value)
    if (!verdict.ok)
      return ledgerFault(
        verdict.error.code === 'unsigned' ? 'bad-signature' : 'bad-request',
        `${verdict.error.message}.`,
      )
    // The seat counts no more before anybody else is told: whoever asks after that sees it.
    const { guilty, origin } = verdict.value
    for (const key of guilty) await registry.eject(key, bytes)
    if (guilty.every(key => convicted.get(kind, origin, key) !== undefined)) return ok({ known: true })
    if ((count.get(community, kind) as { n: number }).n >= ROWS_MAX) return ok({ known: true })
    transaction(db, () => {
      for (const key of guilty) convict.run(kind, origin, key)
      put.run(id, community, kind, bytes, clock.nowMs())
    })
    found(community, bytes)
    return ok({ known: false })
  }
  return {
    take,
    keep: async evidence => {
      await take(encodeEvidence(evidence))
    },
    of: community =>
      (community === null ? all.all() : some.all(community)).map(row => (row as { body: Uint8Array }).body),
  }
}
