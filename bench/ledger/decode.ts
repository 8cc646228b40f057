import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { decodeOrThrow } from '#protocols/codec/dag-cbor.ts'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { voucherBytes, voucherBytesIn } from '#protocols/ledger/v1/voucher.ts'
import type { Part } from '../ledger.ts'

const ENTRIES = 5_000
const ROUNDS = 20
const VERIFIED = 2_000
const LIMITS = { bytesMax: 65_535, depthMax: 3, itemsMax: 2_048 }
const COMMUNITY = new Uint8Array(32).fill(1)
const AT = 1_795_367_829_000

/** Distinct stream entries of one channel, as a log has them. */
function streamEntries(): Uint8Array[] {
  const channel = signerFromSeed(new Uint8Array(32).fill(4))
  return Array.from({ length: ENTRIES }, (_, index) => {
    const voucher = {
      channel: channel.publicKey,
      cumulative: BigInt(index + 1) * 70_000n,
      use: 'stream',
      recording: `${index.toString(16).padStart(32, '0')}/${1 + (index % 20)}`,
      agreement: new Uint8Array(32).fill(index),
      reference: index % 2 === 0 ? null : new Uint8Array(32).fill(index),
    } as const
    const signature = channel.sign(voucherBytes(COMMUNITY, voucher))
    return encodeEntry({ kind: 'stream', at: AT + index, ...voucher, split: new Uint8Array(32).fill(index), signature })
  })
}

/** Nanoseconds for one entry, the best of the rounds: what else runs here only ever adds. */
function nanoseconds(entries: readonly Uint8Array[], each: (entry: Uint8Array) => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint()
    for (const entry of entries) each(entry)
    best = Math.min(best, Number(process.hrtime.bigint() - start) / entries.length)
  }
  return best
}

function read(entry: Uint8Array) {
  const decoded = decodeEntry(entry)
  if (!decoded.ok || decoded.value.kind !== 'stream') throw new Error('a stream entry decodes')
  return decoded.value
}

/** Reading a stream entry by the pull reader, beside the generic decoder and beside verifying its one signature. */
export const run: Part = async () => {
  const entries = streamEntries()
  const pull = nanoseconds(entries, read)
  const generic = nanoseconds(entries, entry => void decodeOrThrow(entry, value => value, LIMITS))
  const verify = nanoseconds(entries.slice(0, VERIFIED), entry => {
    const { channel, signature } = read(entry)
    if (!verifier.verify(channel, voucherBytesIn(COMMUNITY, entry), signature))
      throw new Error('its signature verifies')
  })
  return {
    ratios: { decode_vs_generic: generic / pull, decode_share_of_verify: pull / verify },
    figures: { decode_ns: pull, decode_generic_ns: generic, read_and_verify_ns: verify },
  }
}
