import { StageError } from '#node/errors.ts'
import type { AuditPeers } from '#node/ports/audit.ts'
import type { LedgerFault, LogCopies, Registry } from '#node/ports/ledger.ts'
import type { AuditAnswer } from '#protocols/audit/v1/codec.ts'
import { ENTRIES_MAX, HANDOVERS_MAX } from '#protocols/audit/v1/constants.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type CloseStatement, decodeCloseStatement } from '#protocols/ledger/v1/close.ts'
import type { CommitEntry } from '#protocols/ledger/v1/entry.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { closeWeight, orderedStatements } from '#src/ledger/committee/closing.ts'
import { collectVotes } from '#src/ledger/committee/collect.ts'
import { signatureOfLine } from './lines.ts'

export interface ClosingInit {
  readonly own: Uint8Array
  readonly copies: Pick<LogCopies, 'entries' | 'consistencyProof'>
  readonly registry: Pick<Registry, 'committee'>
  readonly peers: Pick<AuditPeers, 'submit'>
  readonly handovers: {
    of(origin: string): { readonly epoch: number; readonly note: string }[]
    keep(origin: string, epoch: number, note: string): void
  }
  readonly hasher: Hasher
  readonly verifier: Verifier
}

/** Where a log is to end. */
export interface ClosingHead {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly note: string
  readonly commit: CommitEntry
}

/** A seat that is behind says where to go on, and is asked once more. */
const ATTEMPTS = 3

/** What a seat answers once it has all entries up to the head; a sentence when it cannot be brought there. */
async function ask(
  { own, copies, peers, handovers }: ClosingInit,
  seat: Uint8Array,
  head: ClosingHead,
  intent: 'cosign' | 'close',
): Promise<AuditAnswer | string> {
  let from = head.size
  for (let n = 0; n < ATTEMPTS; n++) {
    const submission = {
      origin: head.origin,
      from,
      entries: copies.entries(own, from, Math.min(ENTRIES_MAX, head.size - from)),
      note: head.note,
      consistency: from === 0 || from === head.size ? [] : copies.consistencyProof(own, from, head.size),
      handovers: handovers
        .of(head.origin)
        .map(({ note }) => note)
        .slice(-HANDOVERS_MAX),
      closing: null,
    }
    try {
      const answer = await peers.submit(seat, own, submission, intent)
      if (answer.t === 'refused') return answer.message
      if (answer.t !== 'behind') return answer
      if (answer.size > head.size) return `it holds ${answer.size} entries, more than anybody handed over`
      from = answer.size
    } catch (cause) {
      return cause instanceof StageError ? cause.message : 'it could not be asked'
    }
  }
  return 'it keeps asking for other entries than it was sent'
}

/** One seat's word that the log ends at this head; or why not. */
async function statementOf(init: ClosingInit, seat: Uint8Array, head: ClosingHead): Promise<CloseStatement | string> {
  const answer = await ask(init, seat, head, 'close')
  if (typeof answer === 'string') return answer
  if (answer.t !== 'closed') return 'it did not close the log'
  const statement = decodeCloseStatement(answer.statement)
  return statement.ok ? statement.value : 'it answered something that cannot be read'
}

/**
 * A head in a new epoch is closed by that epoch's committee, which waits to be shown the votes of the one before. This disk may
 * have lost them, or never have had them: then they are collected here, for the head where the log ends.
 */
async function bringHandover(init: ClosingInit, head: ClosingHead): Promise<void> {
  const { own, registry, handovers } = init
  const { epoch } = head.commit
  if (epoch < 2 || handovers.of(head.origin).some(held => held.epoch === epoch)) return
  const before = registry.committee(own, epoch - 1)
  if (before.total === 1) return
  const answers = await Promise.all(
    before.seats.map(async ({ key }) => {
      const answer = await ask(init, key, head, 'close')
      // A seat of both committees closes at once, and votes when it is asked to sign what it closed.
      return typeof answer !== 'string' && answer.t === 'closed' ? ask(init, key, head, 'cosign') : answer
    }),
  )
  const lines = answers.flatMap(answer => {
    const line = typeof answer !== 'string' && answer.t === 'voted' ? signatureOfLine(head.note, answer.line) : null
    return line === null ? [] : [line]
  })
  const collected = collectVotes(init, before, head.note, lines)
  if (collected.quorum) handovers.keep(head.origin, epoch, collected.note)
}

/** Has the seats of the head's own epoch close the log there. Refused with what each of them said when they are too few. */
export async function closeAtSeats(
  init: ClosingInit,
  head: ClosingHead,
): Promise<Result<CloseStatement[], LedgerFault>> {
  await bringHandover(init, head)
  const committee = init.registry.committee(init.own, head.commit.epoch)
  const answers = await Promise.all(
    committee.seats.map(async ({ key, operator }) => {
      const said = await statementOf(init, key, head)
      return typeof said === 'string' ? `${operator}: ${said}` : said
    }),
  )
  const statements = answers.filter(answer => typeof answer !== 'string')
  const weight = closeWeight(init.verifier, committee, head, statements)
  if (committee.total === 1 || weight >= committee.quorum) return ok(orderedStatements(statements))
  const said = answers.filter(answer => typeof answer === 'string').join('; ')
  return err({
    code: 'conflict',
    message: `Only ${weight} of ${committee.total} auditor seats closed the log, and ${committee.quorum} are needed. Try again when more of them are connected. (${said})`,
  })
}
