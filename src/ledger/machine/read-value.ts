import { signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { moves, readAsking } from './foreign-leaves.ts'
import { checksOfNote } from './heads.ts'
import type { SignatureCheck } from './machine.ts'
import { refuse } from './refusal.ts'
import { checksOfNetting, checksOfSettlement } from './settlements.ts'

const NO_CHECKS: readonly SignatureCheck[] = []

/** The payer's signature counts where money moves by it; a refusal may be for the very reason that it does not verify. */
function checksOfTransfer({ outcome, leaf }: TransferInEntry): readonly SignatureCheck[] {
  if (!moves(outcome)) return NO_CHECKS
  const transfer = readAsking(leaf)
  if (transfer === null) return refuse('bad-leaf', 'the leaf shown asks for no transfer that can be read')
  const { author, type, payload, signature } = transfer.envelope
  return [{ publicKey: author, message: signedBytes(type, payload), signature }]
}

/** Signatures that an entry without an order of this log stands on. Throws a `Refusal` when it cannot be read so far. */
export function checksOf(hasher: Hasher, entry: Entry): readonly SignatureCheck[] {
  switch (entry.kind) {
    case 'head':
      return checksOfNote(hasher, entry.note)
    case 'transfer-in':
      return checksOfTransfer(entry)
    case 'settle':
      return checksOfSettlement(entry)
    case 'net':
      return checksOfNetting(entry)
    default:
      return NO_CHECKS
  }
}
