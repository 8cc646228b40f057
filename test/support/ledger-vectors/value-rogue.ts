import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { testAuthor } from '../author.ts'
import { must } from '../ledger-writer.ts'
import { fanOf, growingTree, hexOf, meet, openTown, type ValueLog } from '../value-logs.ts'

const [older, newer] = [testAuthor(720), testAuthor(721)]

/** D pays somebody in E by a key that the account there was rotated to. */
function payLaterKey(d: ValueLog, e: ValueLog): void {
  const rules = { guardians: [], threshold: 0, delayMs: 0 }
  must(e.order(older, 'account/open', { next: sha256(newer.publicKey), ...rules }))
  must(e.order(newer, 'account/rotate', { account: older.publicKey, next: null }))
  must(e.line(d, 1_000n))
  must(d.send(fanOf(0), e, { payee: `acct/${hexOf(newer.publicKey)}`, use: 'gift' }))
  meet(d, e)
}

/** A head of F over an entry that no machine takes, and what F's neighbours are shown of it. */
function forged(f: ValueLog, entry: Entry) {
  const commit = encodeEntry(f.machine.commit(f.clock.at, f.machine.epoch))
  const entries = [...f.entries, encodeEntry(entry), commit]
  const tree = growingTree(entries)
  const size = entries.length
  const origin = originOf(f.community)
  const text = checkpointText(origin, size, tree.root(size))
  const line = { name: origin, keyId: keyIdOf(sha256, origin, f.community), signature: f.desk.sign(fromString(text)) }
  const note = formatNote(text, [line])
  const index = size - 2
  const head: Entry = { kind: 'head', at: f.clock.at, note, commit, path: tree.path(size - 1, size), consistency: [] }
  return { head, shown: { index, leaf: encodeEntry(entry), path: tree.path(index, size) } }
}

export interface RogueStory {
  readonly d: ValueLog
  readonly e: ValueLog
  /** After the last entry of D: the intermediate F says that it delivered what was for E. */
  readonly theft: Entry
}

/** From fixed seeds: the same on every machine. */
export function rogueStory(): RogueStory {
  const [d, f, e] = openTown(3) as [ValueLog, ValueLog, ValueLog]
  payLaterKey(d, e)
  must(f.line(d, 5_000n))
  must(d.send(fanOf(0), e, { via: [f.community] }))
  must(f.learn(d))
  const asked = f.show(d, d.places.asks.get(`${hexOf(f.community)}/1`) as number)
  const { at } = f.clock
  const honest = must(f.machine.transferIn({ source: d.community, sequence: 1, ...asked }, at)) as TransferInEntry
  const { head, shown } = forged(f, { ...honest, outcome: 'delivered', onward: null })
  must(d.append({ ...head, at: d.clock.at } as Entry))
  const end = { kind: 'transfer-end', at: d.clock.at, next: f.community, sequence: 1, outcome: 'delivered' } as const
  return { d, e, theft: { ...end, ...shown, back: null } }
}
