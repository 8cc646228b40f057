import type { Registry } from '#node/ports/ledger.ts'
import { err } from '#protocols/codec/result.ts'
import { decodeCharter, encodeCharter } from '#protocols/ledger/v1/charter.ts'
import type { Clock, Hasher } from '#src/kernel/ports.ts'
import { createBook } from './book.ts'

/**
 * A registry that believes whoever holds it: an epoch's proof is the bare charter. For tests and simulations, and the
 * measure of what the port asks of any adapter: nothing in it depends on signatures or files.
 */
export function createMemoryRegistry({ clock, hasher }: { readonly clock: Clock; readonly hasher: Hasher }): Registry {
  const keep = async (): Promise<void> => {}
  return createBook(
    {
      clock,
      keepEpoch: keep,
      keepEjection: keep,
      verify(proof, previous) {
        const charter = decodeCharter(proof)
        if (!charter.ok) return err({ code: 'bad-request', message: `This is no charter: ${charter.error.message}.` })
        const named = charter.value.previous
        const hash = previous === null ? null : hasher.sha256(encodeCharter(previous))
        const follows = named === null ? hash === null : hash !== null && Buffer.compare(hash, named) === 0
        return follows
          ? charter
          : err({ code: 'conflict', message: 'This charter does not follow on the one in force.' })
      },
    },
    { epochs: [], ejected: [] },
  )
}
