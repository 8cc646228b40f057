import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { decodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { decodeClosing } from '#protocols/ledger/v1/close.ts'
import { decodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { verifyClosing } from '#src/ledger/committee/closing.ts'
import { committeeFor } from '#src/ledger/committee/committee-for.ts'
import { verifyEvidence } from '#src/ledger/committee/evidence-verify.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { verifyCertificate, verifyHandover } from '#src/ledger/committee/verify-certificate.ts'
import { verifyCharter } from '#src/ledger/committee/verify-charter.ts'
import { createRules } from '#src/royalties/rules.ts'
import type { ProofVector } from '#test/support/ledger-vectors/evidence-proofs.ts'
import { proofVectors } from '#test/support/ledger-vectors/proofs.ts'
import { community } from '#test/support/ledger-vectors/proven-log.ts'

type Judged = ProofVector & Readonly<Record<string, unknown>>

const FILE = join(import.meta.dirname, '../../protocols/ledger/v1/proof-vectors.json')
const ABOUT =
  'What proves something (committee.md), and what does not. All is of one log and rules as in the other files of this folder. evidence: `guilty` keys ascending, or `unproven`: unsigned, or not-proven. committee: `seats` [key, weight] ascending by key of the charter (signed by all) for the log of `community`, or for the federation itself when there is none. certificate, handover: `weight`, `quorum`, and `notAfter` in seconds, under the committee of the charter for the log; or `unproven`. closing: `size` and `stateRoot` of the closed head, or `unproven`.'
const ports = { hasher, verifier, rules: createRules({ hasher }) }
const log = { origin: originOf(community), community }
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const unhex = (text = ''): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

function must<T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** The committee of a charter that everybody signed. */
function committeeOf(charter: string | undefined, of: Uint8Array | null): Committee {
  return committeeFor(must(verifyCharter(ports, must(decodeSignedCharter(unhex(charter))), null)), of)
}

const judges: Readonly<Record<ProofVector['kind'], (vector: ProofVector) => Record<string, unknown>>> = {
  evidence({ hex }) {
    const verdict = verifyEvidence(ports, must(decodeEvidence(unhex(hex))))
    return verdict.ok ? { guilty: verdict.value.guilty.map(hexOf).sort() } : { unproven: verdict.error.code }
  },
  committee({ charter, community: of }) {
    const { total, quorum, seats } = committeeOf(charter, of === undefined ? null : unhex(of))
    return { total, quorum, seats: seats.map(({ key, weight }) => [hexOf(key), weight]) }
  },
  certificate({ charter, text = '' }) {
    const read = verifyCertificate(ports, committeeOf(charter, community), log, text)
    if (!read.ok) return { unproven: read.error.code }
    const { weight, quorum, notAfter } = read.value
    return { weight, quorum, notAfter }
  },
  handover({ charter, text = '' }) {
    const read = verifyHandover(ports, committeeOf(charter, community), log, text)
    return read.ok ? { weight: read.value.weight, quorum: read.value.quorum } : { unproven: read.error.code }
  },
  closing({ charter, hex }) {
    const committee = committeeOf(charter, community)
    const read = verifyClosing(ports, epoch => (epoch === 1 ? committee : null), log, must(decodeClosing(unhex(hex))))
    return read.ok ? { size: read.value.size, stateRoot: hexOf(read.value.stateRoot) } : { unproven: read.error.code }
  },
}

const judge = (vector: ProofVector): Judged => ({ ...vector, ...judges[vector.kind](vector) })

const generated = { about: ABOUT, community: hexOf(community), cases: proofVectors().map(judge) }
// As with all published vectors: written once, with WRITE_VECTORS, and read ever after.
if (process.env.WRITE_VECTORS !== undefined) writeFileSync(FILE, `${JSON.stringify(generated, null, 2)}\n`)
const published = JSON.parse(readFileSync(FILE, 'utf8')) as typeof generated

describe('what the published proofs of ledger version 1 prove', () => {
  it.each(published.cases)('$kind, $name', vector => {
    const { kind, name, hex, text, charter, community: of } = vector
    const given = { kind, name, ...(hex === undefined ? { text } : { hex }), charter, community: of } as ProofVector
    expect(JSON.parse(JSON.stringify(judge(given)))).toEqual(vector)
  })

  it('is of each kind something, and something not', () => {
    const of = (kind: string) => published.cases.filter(vector => vector.kind === kind)
    for (const kind of ['evidence', 'closing'])
      expect(new Set(of(kind).map(vector => 'unproven' in vector))).toEqual(new Set([true, false]))
    for (const kind of ['certificate', 'handover'])
      expect(of(kind).map(({ quorum }) => quorum)).toEqual(expect.arrayContaining([true, false]))
  })

  it('is the bytes that this version writes', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(generated)))
  })
})
