import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import type { MovedReceipt } from '#protocols/identity/v1/move.ts'
import { toHex } from '#web/fan/encoding.ts'
import { checkReceipt } from './check.ts'

export interface BroughtReceipt {
  readonly community: string
  readonly index: number
  /** Null: it cannot be read. */
  readonly proof: ReceiptProof | null
  readonly good: boolean
}

/** What a list shows of it; the rest is what `checkReceipt` reads, and judges. */
function readProof(text: string): ReceiptProof | null {
  try {
    const proof = JSON.parse(text) as ReceiptProof
    const { amount, at, asset, communityName, releaseTitle } = proof
    const whole =
      /^(?:0|[1-9]\d{0,19})$/.test(amount) &&
      Number.isSafeInteger(at) &&
      typeof communityName === 'string' &&
      (releaseTitle === null || typeof releaseTitle === 'string') &&
      typeof asset.code === 'string' &&
      Number.isInteger(asset.scale) &&
      asset.scale >= 0 &&
      asset.scale <= 9
    return whole ? proof : null
  } catch {
    return null
  }
}

/** Judges a receipt that came in a file by its own bytes: it may be anything. */
export function checkBrought({ community, index, proof: text }: MovedReceipt): BroughtReceipt {
  const key = toHex(community)
  const proof = readProof(text)
  try {
    const isThis = proof !== null && proof.community === key && proof.index === index
    return { community: key, index, proof, good: isThis && checkReceipt(proof).every(step => step.good) }
  } catch {
    return { community: key, index, proof, good: false }
  }
}
