import type { Finality, LogCopies, LogRecord } from '#node/ports/ledger.ts'
import { consistencyProof, inclusionProof, leafHash } from '#src/ledger/merkle.ts'
import type { EntryRow } from '../shared/entries.ts'
import { readStored, recordOf } from '../shared/records.ts'
import type { CopiesContext } from './context.ts'
import type { Copy } from './copy.ts'

type Reads = Pick<
  LogCopies,
  'record' | 'recent' | 'prove' | 'holding' | 'agreement' | 'agreementOf' | 'checkpoint' | 'entries' | 'contiguous'
> & {
  /** Proof that the tree of `to` leaves begins with that of `from`; empty when there is nothing to prove. */
  consistencyProof(community: Uint8Array, from: number, to: number): Uint8Array[]
}

/** Rows looked through at a time for what people want to see. */
const RECENT_STEP = 128

function finalityOf({ heads }: Copy): (index: number) => Finality {
  const final = heads.lastFinal()?.size ?? 0
  const signed = heads.last()?.size ?? 0
  return index => (index < final ? 'final' : index < signed ? 'signed' : 'accepted')
}

function recordFrom(context: CopiesContext, copy: Copy, { index, body, lines }: EntryRow): LogRecord {
  const { entry, lines: divided } = readStored(index, body, lines)
  return recordOf(copy.machine(), {
    community: copy.row.community,
    index,
    entry,
    bytes: body,
    leaf: leafHash(context.store.ports.hasher, body),
    lines: divided,
    finality: finalityOf(copy)(index),
  })
}

function recentOf(context: CopiesContext, copy: Copy, limit: number): LogRecord[] {
  const found: LogRecord[] = []
  for (let end = copy.size(); end > 0 && found.length < limit; end -= RECENT_STEP) {
    const start = Math.max(0, end - RECENT_STEP)
    const records = copy.entries.rows(start, end - start).map(row => recordFrom(context, copy, row))
    found.push(...records.reverse().filter(({ kind }) => kind !== 'commit' && kind !== 'genesis'))
  }
  return found.slice(0, limit)
}

/** What is on the disk; what is being executed and not yet kept is left out. */
function settledBalance(copy: Copy, holder: string, assetOf: (holder: string) => bigint): bigint {
  let moved = 0n
  for (const { postings } of copy.pending)
    for (const posting of postings) if (posting.holder === holder) moved += posting.amount
  return assetOf(holder) - moved
}

/** Everything that is answered from the newest generation of a copy. Anybody may ask about any key: only what is held opens one. */
export function readsOf(context: CopiesContext): Reads {
  const { store } = context
  const { hasher } = store.ports
  const read = <T>(community: Uint8Array, nothing: T, use: (copy: Copy) => T): T => {
    const copy = store.newest(community)
    return copy === null || copy.size() === 0 ? nothing : use(copy)
  }
  return {
    contiguous: community => read(community, 0, copy => copy.size()),
    record: (community, index) =>
      read(community, null, copy => {
        const row = index < copy.size() ? copy.entries.row(index) : null
        return row === null ? null : recordFrom(context, copy, row)
      }),
    recent: (community, limit) => read<LogRecord[]>(community, [], copy => recentOf(context, copy, limit)),
    prove: (community, index) =>
      read(community, null, copy => {
        const final = copy.heads.lastFinal()
        const head = final !== null && index < final.size ? final : copy.heads.last()
        const row = head !== null && index < head.size ? copy.entries.row(index) : null
        if (head === null || row === null) return null
        const proof = inclusionProof(hasher, copy.tiles.node, index, head.size)
        return { ...recordFrom(context, copy, row), checkpoint: head.note, proof }
      }),
    holding: (community, holder) =>
      read(community, 0n, copy =>
        settledBalance(copy, holder, name => {
          let sum = 0n
          for (const balance of copy.machine().balances()) if (balance.holder === name) sum += balance.amount
          return sum
        }),
      ),
    agreement: (community, hash) => read(community, null, copy => copy.machine().agreement(hash)),
    agreementOf: (community, release) => read(community, null, copy => copy.machine().agreementOf(release)),
    checkpoint: community => read<string | null>(community, null, copy => copy.heads.last()?.note ?? null),
    entries: (community, start, limit) =>
      read<Uint8Array[]>(community, [], copy => copy.entries.bodies(start, Math.min(limit, copy.size() - start))),
    consistencyProof: (community, from, to) =>
      read<Uint8Array[]>(community, [], copy => consistencyProof(hasher, copy.tiles.node, from, to)),
  }
}
