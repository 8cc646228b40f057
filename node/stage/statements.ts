import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { StageError } from '#node/errors.ts'
import type { LogCopies, OwnLog, Registry } from '#node/ports/ledger.ts'
import type { StatementFile, StatementsApi } from '#node/ports/statements-api.ts'
import type { StatementFormat, StatementQuery } from '#protocols/api/v1/statements.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import type { Rules } from '#src/ledger/rules.ts'
import type { Titles } from '#src/royalties/statements/book.ts'
import { buildBundle } from '#src/royalties/statements/build-bundle.ts'
import type { Collected } from '#src/royalties/statements/collect.ts'
import { exportCsv } from '#src/royalties/statements/csv.ts'
import { exportDsrShaped } from '#src/royalties/statements/dsr.ts'
import { exportJournal, FLAVOURS } from '#src/royalties/statements/journal.ts'
import { type Subject, subjectText } from '#src/royalties/statements/subject.ts'
import { cleanNote } from '#src/royalties/statements/verify/clean-note.ts'
import { explain } from './explain.ts'
import { logProof } from './log-proof.ts'
import { readBooks } from './read-books.ts'
import { tryOut } from './try-out.ts'

export interface StatementsInit {
  readonly own: Uint8Array
  readonly log: OwnLog
  readonly copies: LogCopies
  readonly registry: Registry
  readonly rules: Rules
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly asset: Asset
  readonly titles: Titles
  readonly nameOf: (community: Uint8Array) => string
}

const FILES: Readonly<Record<StatementFormat, readonly [ending: string, mediaType: string]>> = {
  bundle: ['bundle', 'application/octet-stream'],
  csv: ['csv', 'text/csv; charset=utf-8'],
  dsr: ['tsv', 'text/tab-separated-values; charset=utf-8'],
  ledger: ['journal', 'text/plain; charset=utf-8'],
  beancount: ['beancount', 'text/plain; charset=utf-8'],
}

function* textOf(
  format: Exclude<StatementFormat, 'bundle'>,
  collected: Collected,
  subject: Subject | null,
  titles: Titles,
): Generator<string> {
  const { book } = collected
  if (format === 'csv') yield* exportCsv(book, titles)
  else if (format === 'dsr') yield* exportDsrShaped(book, subject === null ? 'everybody' : subjectText(subject), titles)
  else yield* exportJournal(book, FLAVOURS[format === 'ledger' ? 'hledger' : 'beancount'])
}

/** The bundle under the newest certified head, with the charters that its certificate stands on. */
function bundleOf(init: StatementsInit, subject: Subject | null, collected: Collected): Uint8Array {
  const { log, registry, hasher, verifier } = init
  if (subject === null)
    throw new StageError('bad-request', 'A bundle is of one party: name it, or ask for csv or ledger.')
  const certified = log.certified()
  const bare = cleanNote({ hasher, verifier }, registry.committee(init.own, 0), certified)
  const [last] = bare === null || bare.size === 0 ? [] : log.entries(bare.size - 1, 1)
  const commit = last === undefined ? null : decodeEntry(last)
  if (bare === null || commit === null || !commit.ok || commit.value.kind !== 'commit')
    throw new StageError('conflict', 'Nothing in this log is certified yet. Ask again in a moment.')
  const { epoch } = commit.value
  const head = cleanNote({ hasher, verifier }, registry.committee(init.own, epoch), certified) ?? bare
  const built = buildBundle({
    hasher,
    subject,
    collected,
    checkpoint: head.note,
    size: head.size,
    charters: registry
      .history()
      .filter(one => one.epoch <= epoch)
      .map(one => one.proof),
    leaf: index => ({
      entry: log.entries(index, 1)[0] ?? new Uint8Array(0),
      path: log.inclusion(index, head.size),
    }),
  })
  if (!built.ok) throw new StageError('conflict', built.error)
  return built.value
}

async function statement(init: StatementsInit, { party, period, format }: StatementQuery): Promise<StatementFile> {
  const { subject, collected } = await readBooks(init, party, period)
  const [ending, mediaType] = FILES[format]
  const who = (party ?? 'everybody').replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 40)
  const bytes =
    format === 'bundle'
      ? bundleOf(init, subject, collected)
      : concat([...textOf(format, collected, subject, init.titles)].map(text => fromString(text)))
  return { name: `${period}-${who}.${ending}`, mediaType, bytes }
}

/** What front ends ask about money that moved: see `StatementsApi`. */
export function createStatements(init: StatementsInit): StatementsApi {
  return {
    statement: query => statement(init, query),
    whatIf: request => tryOut(init, request),
    explain: (community, index) => explain(init, community, index),
    logProof: (community, index) => logProof(init, community, index),
  }
}
