import { toString as toText } from 'uint8arrays/to-string'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeBundle } from '#protocols/ledger/v1/bundle.ts'
import type { BundleFault } from '#protocols/ledger/v1/bundle-file.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { formatFine } from '../../trace.ts'
import { holderText } from '../subject.ts'
import { checkCloses, closesStep } from './check-closes.ts'
import { linesOf, type ProvenEntry, readEntries } from './check-entries.ts'
import { checkHead, type Ports } from './check-head.ts'
import { type Certification, checkPolicy } from './check-policy.ts'
import { checkDigest, type ProvenStatement, readStatements } from './check-statements.ts'
import { checkSubject } from './check-subject.ts'
import { checkUse, readTerms, termsSteps } from './check-terms.ts'
import { recompute } from './recompute.ts'
import { countOf, Refusal, type Step } from './refusal.ts'

/** What a bundle proves. */
export interface BundleVerdict {
  readonly subject: string
  readonly period: string
  readonly origin: string
  /** Hex of the key of the community whose log it is: the reader compares it with the one they know. */
  readonly community: string
  readonly certification: Certification
  readonly statements: readonly Pick<
    ProvenStatement,
    'holder' | 'asset' | 'opening' | 'earned' | 'spent' | 'closing' | 'count'
  >[]
  readonly lines: number
  readonly steps: readonly Step[]
}

export interface VerifyPorts extends Ports {
  readonly rules: Rules
}

function judge(ports: VerifyPorts, file: Uint8Array): BundleVerdict {
  const decoded = decodeBundle(data => ports.hasher.sha256(data), file)
  if (!decoded.ok) throw new Refusal(decoded.error.part, decoded.error.message)
  const bundle = decoded.value
  const head = checkHead(ports, bundle)
  const certification = checkPolicy(ports, head, bundle)
  const closes = checkCloses(ports, head, bundle)
  const statements = readStatements(ports, closes, bundle)
  const entries = readEntries(ports, head, bundle)
  for (const line of bundle.lines)
    if (line.statement >= statements.length)
      throw new Refusal(`line ${bundle.lines.indexOf(line) + 1}`, 'it belongs to no statement in the file')
  const ordered = bundle.lines.every((line, at) => line.statement >= (bundle.lines[at - 1]?.statement ?? 0))
  if (!ordered) throw new Refusal('the lines', 'they are not in the order of their statements')
  const assets = new Map<number, string>()
  for (const statement of statements) {
    const lines = linesOf(bundle, statement, entries)
    checkDigest(ports, statement, lines)
    for (const { line } of lines) assets.set(line.index, statement.asset)
  }
  const agreements = readTerms(ports, ports.rules, head, bundle)
  checkUse(entries.values(), agreements)
  checkSubject(bundle, statements, agreements)
  const assetOf = (entry: ProvenEntry): string => assets.get(entry.index) ?? ''
  return {
    subject: bundle.subject,
    period: bundle.period,
    origin: head.checkpoint.origin,
    community: toText(head.community, 'base16'),
    certification,
    statements,
    lines: bundle.lines.length,
    steps: [
      {
        said: `The community signed a log of ${head.checkpoint.size} entries`,
        detail: head.checkpoint.origin,
        checked: true,
      },
      certification.step,
      closesStep(closes, ports.rules.hash),
      ...statements.map(statementStep),
      {
        said: `Behind ${countOf(bundle.lines.length, 'line')} stand entries of the log (${entries.size}), each as its payer or party signed it`,
        detail: 'Ed25519; every line and its order is fixed by the statement',
        checked: true,
      },
      ...termsSteps(agreements.values()),
      recompute(entries.values(), agreements, assetOf),
    ],
  }
}

function statementStep({ holder, asset, opening, earned, spent, closing, count }: ProvenStatement): Step {
  return {
    said: `Statement of ${holderText(holder)}: ${formatFine(closing, asset)} at the end`,
    detail: `${formatFine(opening, asset)} at the start, ${formatFine(earned, asset)} came, ${formatFine(spent, asset)} went, in ${countOf(count, 'line')}`,
    checked: true,
  }
}

/**
 * Judges a statement bundle from its bytes alone: no network, no clock, no file besides it. Either everything in it holds together under
 * the signed checkpoint, or the fault names the part that does not.
 */
export function verifyBundle(ports: VerifyPorts, file: Uint8Array): Result<BundleVerdict, BundleFault> {
  try {
    return ok(judge(ports, file))
  } catch (cause) {
    if (cause instanceof Refusal) return err(cause.fault)
    throw cause
  }
}
