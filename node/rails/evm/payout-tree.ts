import { concat, encodeAbiParameters, type Hex, keccak256, stringToHex } from 'viem'

export interface Payout {
  readonly payee: Hex
  /** Smallest units of the token. */
  readonly amount: bigint
}

export interface PayoutTree {
  readonly root: Hex
  readonly total: bigint
  /** What `claim` takes beside batch, index, payee and amount. */
  readonly proofs: readonly (readonly Hex[])[]
}

/** Where leaves are worth something: a chain, a till on it, and a batch in that. */
export interface PayoutDomain {
  readonly chainId: number
  readonly till: Hex
  readonly batch: Hex
}

const LEAF = keccak256(stringToHex('bandstand/payout/v1'))
const PARAMETERS = ['bytes32', 'uint256', 'address', 'bytes32', 'uint256', 'address', 'uint256'].map(type => ({ type }))

/** As `leafOf` of contracts/src/Till.sol. */
export function payoutLeaf({ chainId, till, batch }: PayoutDomain, index: number, { payee, amount }: Payout): Hex {
  const leaf = encodeAbiParameters(PARAMETERS, [LEAF, BigInt(chainId), till, batch, BigInt(index), payee, amount])
  return keccak256(keccak256(leaf))
}

const join = (one: Hex, other: Hex): Hex => keccak256(concat(one < other ? [one, other] : [other, one]))

/** Tree over the payouts in their order; a node without a neighbour goes up as it is. Throws `RangeError` without payouts. */
export function payoutTree(domain: PayoutDomain, payouts: readonly Payout[]): PayoutTree {
  if (payouts.length === 0) throw new RangeError('A batch pays somebody.')
  const proofs: Hex[][] = payouts.map(() => [])
  let level = payouts.map((payout, index) => ({ hash: payoutLeaf(domain, index, payout), leaves: [index] }))
  while (level.length > 1) {
    const above: typeof level = []
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]]
      if (left === undefined) break
      if (right === undefined) {
        above.push(left)
        continue
      }
      for (const leaf of left.leaves) proofs[leaf]?.push(right.hash)
      for (const leaf of right.leaves) proofs[leaf]?.push(left.hash)
      above.push({ hash: join(left.hash, right.hash), leaves: [...left.leaves, ...right.leaves] })
    }
    level = above
  }
  return {
    root: level[0]?.hash ?? '0x',
    total: payouts.reduce((sum, { amount }) => sum + amount, 0n),
    proofs,
  }
}
