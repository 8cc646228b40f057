import type { Result } from '#protocols/codec/result.ts'
import type { Evidence } from '#protocols/ledger/v1/evidence.ts'
import { verifyDoubleCosign, verifyFork } from './evidence-fork.ts'
import { verifyBrokenPromise } from './evidence-promise.ts'
import { verifyInvalidTransition } from './evidence-transition.ts'
import type { Conviction, EvidenceFault, EvidencePorts } from './evidence-types.ts'

/**
 * Whether evidence convicts, whom, and of what, in a sentence. Needs no network, no clock and nobody's word: all is in the
 * file, and signed by those whom it convicts.
 */
export function verifyEvidence(ports: EvidencePorts, evidence: Evidence): Result<Conviction, EvidenceFault> {
  switch (evidence.kind) {
    case 'fork':
      return verifyFork(ports, evidence)
    case 'double-cosign':
      return verifyDoubleCosign(ports, evidence)
    case 'invalid-transition':
      return verifyInvalidTransition(ports, evidence)
    case 'broken-promise':
      return verifyBrokenPromise(ports, evidence)
  }
}
