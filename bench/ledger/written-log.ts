import { hasher } from '#node/identity/crypto-ports.ts'
import type { Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import type { Submission } from '#src/ledger/committee/types.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { appendedNodes, consistencyProof } from '#src/ledger/merkle.ts'
import { agreement, asset, channelOf, community, desk, fan, RELEASE, rules, terms } from './community.ts'

const DEPOSIT = 1_000_000_000n
const DAY_MS = 86_400_000

function must<T>(result: Result<T, { message: string }>): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** A log as its sequencer writes it, without a disk: what an auditor is sent. `startMs` is the time of every entry. */
export function writtenLog(startMs: number, channels: number) {
  const machine = createMachine({ hasher, rules, community })
  const origin = originOf(community)
  const keys = Array.from({ length: channels }, (_, number) => channelOf(number))
  const spent = new Array<bigint>(channels).fill(0n)
  const nodes = new Map<string, Uint8Array>()
  const node = (level: number, index: number): Uint8Array => nodes.get(`${level}/${index}`) ?? new Uint8Array(0)
  let range = EMPTY_RANGE
  let pending: Uint8Array[] = []
  let seq = 0
  let at = startMs

  const append = (entry: Entry): void => {
    const bytes = encodeEntry(entry)
    const read = must(readEntry(hasher, community, bytes))
    must(machine.apply(read))
    for (const made of appendedNodes(hasher, node, range.size, read.leaf))
      nodes.set(`${made.level}/${made.index}`, made.hash)
    range = extendRange(hasher, range, read.leaf)
    pending.push(bytes)
  }
  const order = <T extends OrderType>(signer: SyncSigner, type: T, body: OrderBodies[T]): void => {
    const payload = encodePayload({ type, author: signer.publicKey, community, seq: ++seq, at, body })
    const envelope = must(decodeEnvelope(encodeEnvelope(payload, signer.sign(signedBytes(type, payload)))))
    append(must(machine.fromOrder(envelope, at)))
  }
  const commit = (epoch: number): Submission => {
    append(machine.commit(at, epoch))
    machine.settle()
    const { size } = range
    const from = size - pending.length
    const root = rangeRoot(hasher, range)
    const text = checkpointText(origin, size, root)
    const keyId = keyIdOf(data => hasher.sha256(data), origin, community)
    const note = formatNote(text, [{ name: origin, keyId, signature: desk.sign(Buffer.from(text)) }])
    const entries = pending
    pending = []
    const consistency = consistencyProof(hasher, node, from, size)
    return { origin, from, entries, note, consistency, handovers: [], closing: null }
  }

  append({ kind: 'genesis', at, network: 'bandstand', community, generation: 1, predecessor: null, rules: rules.hash })
  order(desk, 'agreement/propose', { terms })
  order(desk, 'value/issue', { account: fan.publicKey, amount: DEPOSIT * BigInt(channels), asset, reference: null })
  for (const { publicKey: channel } of keys)
    order(fan, 'value/channel-open', { channel, asset, deposit: DEPOSIT, expiry: at + DAY_MS, pool: 'direct' })

  return {
    /** Everything before the first receipt. */
    opening: (epoch: number): Submission => commit(epoch),
    /** `count` receipts, one channel after another, and the commit. */
    batch(count: number, epoch: number, atMs = at): Submission {
      at = atMs
      for (let n = 0; n < count; n++) {
        const number = n % channels
        const signer = keys[number] as SyncSigner
        spent[number] = (spent[number] ?? 0n) + 7n
        const voucher = {
          channel: signer.publicKey,
          cumulative: spent[number] ?? 0n,
          use: 'stream' as const,
          recording: `${RELEASE}/1`,
          agreement,
          reference: null,
        }
        append(must(machine.fromVoucher(voucher, signer.sign(voucherBytes(community, voucher)), at)))
      }
      return commit(epoch)
    },
  }
}
