import { isAddress } from 'viem'
import type { RailFault, RailRequest } from '#node/ports/rails.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { fault } from './fault.ts'

interface Carried {
  readonly code: string
  readonly scale: number
  readonly hasher: Hasher
}

/** As much as a log counts. */
export const AMOUNT_MAX = (1n << 64n) - 1n
const KEY_BYTES = 32

/** What can be said without the chain; the hash of the request when it can be paid. */
export const createCheck =
  ({ code, scale, hasher }: Carried) =>
  (request: RailRequest): Result<string, RailFault> => {
    const { key, to, amount, memo } = request
    if (request.code !== code || request.scale !== scale)
      return fault('wrong-asset', `This rail carries ${code} with ${scale} decimals.`)
    if (amount <= 0n) return fault('amount-too-small', 'The chain pays more than zero.')
    if (amount > AMOUNT_MAX) return fault('rail-refused', 'This is more than a log can count.')
    if (!isAddress(to) || /^0x0{40}$/.test(to))
      return fault('rail-refused', 'The chain pays an address: 0x and 40 hex digits.')
    if (key.length !== KEY_BYTES || memo.length !== KEY_BYTES)
      return fault('rail-refused', 'A payment is named by 32 bytes, and says in 32 bytes what it is for.')
    return ok(Buffer.from(hasher.sha256(encode([key, to.toLowerCase(), amount, code, scale, memo]))).toString('hex'))
  }
