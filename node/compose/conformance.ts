import { checkConformance } from '../conformance/suite.ts'
import { clock, hasher, random, verifier } from '../identity/crypto-ports.ts'
import { identityFromSeed, newIdentity } from '../identity/identity.ts'
import { createTestDialer } from '../p2p/conformance/dialer.ts'
import type { ConformanceReport } from '../ports/conformance.ts'

/** Checks the stage at an address, by keys that are made for it and forgotten. */
export async function checkStage(
  address: string,
  told: () => void = () => {},
  only: readonly string[] = [],
): Promise<ConformanceReport> {
  const keyOf = (seed?: Uint8Array) => (seed === undefined ? newIdentity() : identityFromSeed(seed))
  const dialer = createTestDialer({ address, clock, keyOf })
  try {
    return await checkConformance({ dialer, hasher, verifier, clock, random }, newIdentity().signer, told, only)
  } finally {
    await dialer.stop()
  }
}
