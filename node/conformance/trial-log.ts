import type { TestCall } from '#node/ports/conformance.ts'
import type { Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import type { Leaves } from '#protocols/value/v1/messages.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { consistencyProof, inclusionProof, leafHash, type NodeReader, nodeHash, rootAt } from '#src/ledger/merkle.ts'
import { createRules } from '#src/royalties/rules.ts'
import type { Bench } from './check.ts'

/** Minor units that the throw-away community issues to itself: worth nothing anywhere. */
const ISSUED = 1_000_000n

function must<T>(result: Result<T, { readonly code: string; readonly message: string }>): T {
  if (!result.ok) throw new Error(`the trial log refuses: ${result.error.code}, ${result.error.message}`)
  return result.value
}

/** The log of a community that exists for one check, in memory, certified by nobody but itself. */
export function createTrialLog({ hasher, clock }: Bench, call: TestCall) {
  const community = call.key
  const rules = createRules({ hasher })
  const machine = createMachine({ hasher, rules, community })
  const entries: Uint8Array[] = []
  const asset = { code: 'TEST', scale: 2, issuer: community }
  const origin = originOf(community, 1)
  let seq = 0

  function append(entry: Entry): number {
    const bytes = encodeEntry(entry)
    must(machine.apply(must(readEntry(hasher, community, bytes))))
    return entries.push(bytes) - 1
  }

  const node: NodeReader = (level, index) =>
    level === 0
      ? leafHash(hasher, entries[index] as Uint8Array)
      : nodeHash(hasher, node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

  /** Appends the entry of an order that the community signs; the index of the entry. */
  function order<T extends OrderType>(type: T, body: OrderBodies[T]): number {
    const at = clock.nowMs()
    const payload = encodePayload({ type, author: community, community, seq: ++seq, at, body })
    const bytes = encodeEnvelope(payload, call.sign(signedBytes(type, payload)))
    return append(must(machine.fromOrder(must(decodeEnvelope(bytes)), at)))
  }

  append({
    kind: 'genesis',
    at: clock.nowMs(),
    network: 'bandstand',
    community,
    generation: 1,
    predecessor: null,
    rules: rules.hash,
  })
  order('value/issue', { account: community, amount: ISSUED, asset, reference: null })

  return {
    asset,
    entry: (index: number): Uint8Array => entries[index] as Uint8Array,
    /** Pays an account at the stage under test; the index of the transfer. */
    pay: (stage: Uint8Array, payee: string, amount: bigint, quote: Uint8Array | null): number =>
      order('value/transfer', {
        amount,
        asset,
        to: stage,
        via: [],
        payee,
        minimum: 0n,
        expiry: clock.nowMs() + 120_000,
        use: 'tip',
        reference: null,
        quote,
      }),
    commit: (): number => append(machine.commit(clock.nowMs(), 0)),
    /** The head after the newest commit with leaves under it, as the value protocol shows them. */
    show(from: number, indexes: readonly number[]): Leaves {
      const size = entries.length
      const text = checkpointText(origin, size, rootAt(hasher, node, size))
      const keyId = keyIdOf(data => hasher.sha256(data), origin, community)
      const note = formatNote(text, [{ name: origin, keyId, signature: call.sign(new TextEncoder().encode(text)) }])
      const item = (index: number) => ({
        index,
        leaf: entries[index] as Uint8Array,
        path: inclusionProof(hasher, node, index, size),
      })
      return {
        note,
        commit: entries[size - 1] as Uint8Array,
        commitPath: inclusionProof(hasher, node, size - 1, size),
        consistency: from === 0 ? [] : consistencyProof(hasher, node, from, size),
        items: indexes.map(item),
      }
    },
  }
}
