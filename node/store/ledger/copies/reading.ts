import type { SignatureChecker, Verification } from '#node/ports/signatures.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import type { ReadEntry, SignatureCheck } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { type RuleFault, ruleFault } from '#src/ledger/rule-fault.ts'

/** Signatures handed over at a time: other threads begin on the first while the rest is still being read. */
const CHECKS_AT_ONCE = 512

/** A batch that was read; its signatures are being verified. */
export interface Reading {
  readonly bytes: readonly Uint8Array[]
  readonly leaves: readonly Uint8Array[]
  readonly reads: readonly Result<ReadEntry, RuleFault>[]
  /** Takes part until every signature is verified. Answers the first entry with one that is false, or null. */
  falseSignature(): Promise<{ readonly offset: number; readonly fault: RuleFault } | null>
}

interface Part {
  readonly verification: Verification
  /** Entry that each check belongs to. */
  readonly owners: readonly number[]
}

const FALSE = ruleFault('bad-signature', 'a signature in this entry does not verify')

/** Reads entries and begins to verify their signatures. */
export function readBatch(
  ports: { readonly hasher: Hasher; readonly checker: SignatureChecker },
  community: Uint8Array,
  bytes: readonly Uint8Array[],
): Reading {
  const parts: Part[] = []
  let checks: SignatureCheck[] = []
  let owners: number[] = []
  const begin = (): void => {
    if (checks.length > 0) parts.push({ verification: ports.checker.begin(checks), owners })
    checks = []
    owners = []
  }
  const reads = bytes.map((entry, offset) => {
    const read = readEntry(ports.hasher, community, entry)
    if (!read.ok) return read
    for (const check of read.value.checks) {
      checks.push(check)
      owners.push(offset)
    }
    if (checks.length >= CHECKS_AT_ONCE) begin()
    return read
  })
  begin()
  return {
    bytes,
    reads,
    leaves: reads.map((read, offset) =>
      read.ok ? read.value.leaf : leafHash(ports.hasher, bytes[offset] as Uint8Array),
    ),
    async falseSignature() {
      for (const { verification } of parts) verification.help()
      const found = await Promise.all(parts.map(part => part.verification.result))
      const at = found.findIndex(bad => bad !== null)
      const offset = parts[at]?.owners[found[at] as number]
      return offset === undefined || FALSE.ok ? null : { offset, fault: FALSE.error }
    },
  }
}
