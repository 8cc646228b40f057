import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import { NETWORK } from '#protocols/envelope/v1/constants.ts'
import { checkpointText } from '#protocols/ledger/v1/checkpoint.ts'
import { type CloseStatement, encodeClosing } from '#protocols/ledger/v1/close.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { orderedStatements } from '#src/ledger/committee/closing.ts'
import type { Block, SimChains } from './sim-ledger-chain.ts'
import { OVERDRAFT, SIM_COMMUNITY, simRules } from './sim-ledger-orders.ts'

/** The block of an entry on a history, whether it is valid or not. */
const put = (chains: SimChains, block: Block, entry: Entry): Block => chains.append(block, encodeEntry(entry))

/** Leaf 0 of a generation; one above 1 follows on the head that its predecessor was closed at. */
export function writeGenesis(chains: SimChains, at: number, closed: Block | null): Block {
  const generation = closed === null ? 1 : 2
  const predecessor =
    closed === null || closed.entry?.kind !== 'commit'
      ? null
      : {
          origin: closed.origin,
          size: closed.size,
          root: chains.rootOf(closed),
          stateRoot: closed.entry.stateRoot,
        }
  const rules = simRules.hash
  const fields = { at, network: NETWORK, community: SIM_COMMUNITY, generation, predecessor, rules }
  return put(chains, chains.origin(generation), { kind: 'genesis', ...fields })
}

/** An order's entry on a valid history; null when the rules refuse it. */
export function writeOrder(chains: SimChains, block: Block, envelope: Envelope, at: number): Block | null {
  const entry = chains.machine(block).fromOrder(envelope, at)
  if (!entry.ok) return null
  const next = put(chains, block, entry.value)
  return chains.fault(next) === null ? next : null
}

/** The commit on a valid history. */
export const writeCommit = (chains: SimChains, block: Block, at: number, epoch: number): Block =>
  put(chains, block, chains.machine(block).commit(at, epoch))

/** What no honest sequencer writes: an overdraft under a commit that looks right, or a commit to another state. */
export function writeNonsense(chains: SimChains, block: Block, at: number, epoch: number, overdraw: boolean): Block {
  const commit = chains.machine(block).commit(at, epoch)
  if (commit.kind !== 'commit') throw new Error('a commit commits')
  if (overdraw) {
    const overdrawn = put(chains, block, { kind: 'redeem', at, order: OVERDRAFT.bytes })
    return put(chains, overdrawn, commit)
  }
  return put(chains, block, { ...commit, stateRoot: new Uint8Array(32).fill(at % 251) })
}

export function writeClosing(chains: SimChains, block: Block, statements: readonly CloseStatement[]): Uint8Array {
  const proof = chains.proveLast(block)
  return encodeClosing({
    note: chains.sign(block),
    commit: block.bytes,
    proof,
    statements: orderedStatements(statements),
  })
}

export const textOf = (chains: SimChains, block: Block): string =>
  checkpointText(block.origin, block.size, chains.rootOf(block))
