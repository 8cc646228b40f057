import { encodeAbiParameters, type Hex, hexToBytes, keccak256 } from 'viem'
import { decode, encode } from '#protocols/codec/dag-cbor.ts'
import { bytes, bytesUpTo, tuple, uint } from '#protocols/codec/shape.ts'

/** A payment as the till keeps it: who paid whom what under which key, in which second. Enough to find and check it on the chain. */
export interface Deposit {
  readonly chainId: number
  readonly till: Hex
  readonly payer: Hex
  readonly key: Hex
  readonly token: Hex
  readonly to: Hex
  /** Smallest units of the token. */
  readonly amount: bigint
  readonly memo: Hex
  /** Seconds since the epoch, of the block. */
  readonly seconds: number
}

const LIMITS = { bytesMax: 512, depthMax: 1, itemsMax: 10 }
const AMOUNT_BYTES_MAX = 32

type Row = [number, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, number]
const shape = tuple<Row>(
  uint(),
  bytes(20),
  bytes(20),
  bytes(32),
  bytes(20),
  bytes(20),
  bytesUpTo(AMOUNT_BYTES_MAX),
  bytes(32),
  uint(),
)

const hex = (value: Uint8Array): Hex => `0x${Buffer.from(value).toString('hex')}`
const amountBytes = (amount: bigint): Uint8Array => {
  const digits = amount.toString(16)
  return hexToBytes(`0x${digits.length % 2 === 0 ? digits : `0${digits}`}`)
}

/** Canonical DAG-CBOR `[chain id, till, payer, key, token, to, amount as bytes without leading zeros, memo, seconds]`. */
export const encodeDeposit = (deposit: Deposit): Uint8Array => {
  const { chainId, till, payer, key, token, to, amount, memo, seconds } = deposit
  const [a, b, c, d, e, f] = [till, payer, key, token, to, memo].map(value => hexToBytes(value))
  return encode([chainId, a, b, c, d, e, amountBytes(amount), f, seconds])
}

/** Null for bytes that are no receipt of this rail. */
export function decodeDeposit(input: Uint8Array): Deposit | null {
  const decoded = decode(input, shape, LIMITS)
  if (!decoded.ok) return null
  const [chainId, till, payer, key, token, to, amount, memo, seconds] = decoded.value
  if (amount.length === 0 || amount[0] === 0) return null
  return {
    chainId,
    till: hex(till),
    payer: hex(payer),
    key: hex(key),
    token: hex(token),
    to: hex(to),
    amount: BigInt(hex(amount)),
    memo: hex(memo),
    seconds,
  }
}

/** What `paymentOf` of the till holds for it. */
export function depositHash({ token, to, amount, memo, seconds }: Deposit): Hex {
  const types = ['address', 'address', 'uint256', 'bytes32', 'uint256'].map(type => ({ type }))
  return keccak256(encodeAbiParameters(types, [token, to, amount, memo, BigInt(seconds)]))
}
