import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { type TestAuthor, testAuthor } from './author.ts'
import { ada } from './ledger-story.ts'
import { type Body, must, NOON } from './ledger-writer.ts'
import { fanOf, growingTree, openTown, transfer, type ValueLog } from './value-logs.ts'

const fan = fanOf(0)
export const rogueDesk = testAuthor(650)
const HASH = new Uint8Array(32).fill(5)

/**
 * A community that writes into its log whatever it likes and signs it: what others must stand, whether or not anybody audits it. Its
 * entries are never executed.
 */
export function createRogueLog(desk: TestAuthor, generation = 1) {
  const entries: Uint8Array[] = []
  const origin = originOf(desk.publicKey, generation)
  const tree = growingTree(entries)
  const write = (entry: Entry): number => entries.push(encodeEntry(entry)) - 1
  return {
    community: desk.publicKey,
    generation,
    entries,
    write,
    path: tree.path,
    consistency: tree.consistency,
    /** A head over everything so far, as any log shows it. */
    head(by = desk, name = origin) {
      const last = write({ kind: 'commit', at: NOON, previous: 0, stateRoot: HASH, rules: HASH, epoch: 0 })
      const size = last + 1
      const text = checkpointText(name, size, tree.root(size))
      const signature = by.sign(fromString(text))
      const note = formatNote(text, [{ name, keyId: keyIdOf(sha256, name, desk.publicKey), signature }])
      return { note, size, commit: entries[last] as Uint8Array, path: tree.path(last, size), consistency: [] }
    },
    show: (index: number, size = entries.length) => ({
      index,
      leaf: entries[index] as Uint8Array,
      path: tree.path(index, size),
    }),
  }
}

/** A log that accepts a rogue's credit, and the rogue's. */
export function robbed(generation = 1) {
  const [b] = openTown(1) as [ValueLog]
  const rogue = createRogueLog(rogueDesk, generation)
  must(b.line(rogue, 1_000n))
  const learn = (shown = rogue.head()) => {
    const head = b.machine.head(shown, b.clock.at)
    return head.ok ? b.append(head.value) : head
  }
  /** What a payer of the rogue's signs, or of another community's. */
  const order = (more: Partial<Body<'value/transfer'>> = {}, community = rogue.community, by = fan) => {
    const asset = { ...b.asset, issuer: community }
    return b.envelope(by, 'value/transfer', { ...transfer(b, b), asset, ...more }, { to: community }).bytes
  }
  const out = (bytes: Uint8Array, sequence = 1, next = b.community) =>
    rogue.write({ kind: 'transfer-out', at: b.clock.at, next, sequence, order: bytes })
  const take = (index: number, sequence = 1) => {
    const entry = b.machine.transferIn({ source: rogue.community, sequence, ...rogue.show(index) }, b.clock.at)
    return entry.ok ? b.append(entry.value) : entry
  }
  const money = () => b.holds(ada.publicKey)
  return { b, rogue, learn, order, out, take, money }
}
