import { equals } from 'uint8arrays/equals'
import type { Checkpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { type CopiesContext, committeeOf } from './context.ts'
import type { Copy } from './copy.ts'

/** Heads remembered a log: what a community signed lately must be at hand when it signs something else. */
const HEADS_KEPT = 64

/** Whether the head is final: certified by its epoch's committee, or signed by a log that nobody audits. */
function isFinal({ store, registry }: CopiesContext, copy: Copy, { size }: Checkpoint, note: string): boolean {
  const last = copy.entries.row(size - 1)
  const commit = last === null ? null : decodeEntry(last.body)
  if (!commit?.ok || commit.value.kind !== 'commit') return false
  const { community, origin } = copy.row
  const { epoch } = commit.value
  const committee = committeeOf(registry, community)(epoch)
  if (committee === null) return false
  // A log that has auditors cannot go back to certifying itself.
  const joined = registry.joined(community)
  if (epoch === 0 && joined !== null && joined <= registry.epoch()) return false
  const certificate = verifyCertificate(store.ports, committee, { origin, community }, note)
  return certificate.ok && certificate.value.quorum
}

/** The heads that lie far back go, but for the newest that is final. */
function prune({ store }: CopiesContext, copy: Copy): void {
  const log = copy.row.id
  const { n } = store.db.prepare('SELECT count(*) AS n FROM head WHERE log = ?').get(log) as { n: number }
  if (n < 2 * HEADS_KEPT) return
  const nth = 'SELECT size FROM head WHERE log = ?1 ORDER BY size DESC LIMIT 1 OFFSET ?2'
  const final = copy.heads.lastFinal()?.size ?? -1
  store.db.prepare(`DELETE FROM head WHERE log = ?1 AND size < (${nth}) AND size != ?3`).run(log, HEADS_KEPT - 1, final)
}

/**
 * Keeps a head that covers exactly entries that are held. Within the copy's turn, inside its transaction or after it. True when it says something new: a higher
 * head, or that a head is final. A head below the newest counts only when it was kept before.
 */
export function keepHead(context: CopiesContext, copy: Copy, checkpoint: Checkpoint, note: string): boolean {
  const { size, root } = checkpoint
  const known = copy.heads.get(size)
  if (known?.final || (known !== null && !equals(known.root, root))) return false
  const final = isFinal(context, copy, checkpoint, note)
  const last = copy.heads.last()
  if (known === null && last !== null && size < last.size) return false
  if (known !== null && !final) return false
  if (known === null) copy.heads.swap(last?.size ?? null, { size, root, note, final })
  else copy.heads.amend(size, note, true)
  prune(context, copy)
  return true
}
