import { toString as toText } from 'uint8arrays/to-string'
import { hasher } from '#node/identity/crypto-ports.ts'
import { buildBundle } from '#src/royalties/statements/build-bundle.ts'
import type { Subject } from '#src/royalties/statements/subject.ts'
import { ada, collect, type StatementWorld } from './statement-world.ts'

export const ADA: Subject = { kind: 'account', key: toText(ada.publicKey, 'base16') }

/** The statement bundle of one party in a log that stands alone. */
export function bundleOf(world: StatementWorld, subject: Subject): Uint8Array {
  const { note, size } = world.checkpoint()
  const collected = collect(world, subject)
  const leaf = world.leaf(size)
  const built = buildBundle({ hasher, subject, collected, checkpoint: note, size, charters: [], leaf })
  if (!built.ok) throw new Error(built.error)
  return built.value
}
