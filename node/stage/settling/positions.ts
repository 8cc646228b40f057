import type { OwnLog } from '#node/ports/ledger.ts'
import { encodePosition, positionMessage } from '#protocols/value/v1/position.ts'
import type { Clock, Signer } from '#src/kernel/ports.ts'
import { hex } from '../keys.ts'

export interface PositionsInit {
  readonly own: Uint8Array
  readonly signer: Signer
  readonly clock: Clock
  readonly ledger: Pick<OwnLog, 'peer' | 'position' | 'holdingOf' | 'size'>
}

/** How this community stands with another one, as its log says at this moment, signed. */
export async function signedPosition(
  { own, signer, clock, ledger }: PositionsInit,
  other: Uint8Array,
  { code, scale }: { readonly code: string; readonly scale: number },
): Promise<Uint8Array> {
  const position = ledger.position(other, code, scale)
  const { sent, received, settled, settledIn } = ledger.peer(other) ?? {
    sent: 0,
    received: 0,
    settled: 0,
    settledIn: 0,
  }
  const fields = {
    by: own,
    other,
    code,
    scale,
    owes: position > 0n ? position : 0n,
    owed: position < 0n ? -position : 0n,
    held: ledger.holdingOf(`hold:${hex(other)}`, `${code}/${scale}/${hex(own)}`),
    sent,
    received,
    settled,
    settledIn,
    size: ledger.size(),
    at: clock.nowMs(),
  }
  return encodePosition({ ...fields, signature: await signer.sign(positionMessage(fields)) })
}
