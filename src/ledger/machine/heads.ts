import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { type Checkpoint, keyIdOf, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { HeadEntry } from '#protocols/ledger/v1/entry-value.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { leafHash } from '../merkle.ts'
import { verifyConsistency, verifyInclusion } from '../merkle-verify.ts'
import type { SignatureCheck } from './machine.ts'
import { changePeer, otherSlot, type PeerSlot, peerOf } from './peers.ts'
import { refuse } from './refusal.ts'
import { HEADS_MAX } from './value-codecs.ts'
import type { KnownHead } from './value-records.ts'
import type { Run } from './world.ts'

/** A note, and whose log it is of. */
interface SignedHead {
  readonly note: Checkpoint
  readonly community: Uint8Array
  readonly generation: number
}

function readNote(text: string): SignedHead {
  const note = parseCheckpoint(text)
  if (!note.ok) return refuse('bad-entry', `the head of the other log cannot be read: ${note.error.message}`)
  const name = parseOrigin(note.value.origin)
  return name === null
    ? refuse('wrong-network', "this head is not of a community's log of this network")
    : { note: note.value, ...name }
}

/** What the log itself must have signed: every line under its name and key, of which there is at least one. */
export function checksOfNote(hasher: Hasher, text: string): SignatureCheck[] {
  const { note, community } = readNote(text)
  const keyId = keyIdOf(data => hasher.sha256(data), note.origin, community)
  const own = note.signatures.filter(line => line.name === note.origin && equals(line.keyId, keyId))
  if (own.length === 0 || own.some(({ signature }) => signature.length !== 64))
    refuse('bad-signature', 'this head is not signed by its community')
  const message = fromString(note.text)
  return own.map(({ signature }) => ({ publicKey: community, message, signature }))
}

/** The head with the commit leaf that ends its tree. */
function headOf(hasher: Hasher, { note, generation }: SignedHead, { commit, path }: HeadEntry): KnownHead {
  const { size, root } = note
  const last = decodeEntry(commit)
  if (!last.ok || last.value.kind !== 'commit')
    return refuse('bad-proof', 'a head is shown with the commit that ends it')
  if (!verifyInclusion(hasher, { index: size - 1, size, leaf: leafHash(hasher, commit), root, proof: path }))
    refuse('bad-proof', 'the commit shown is not the last leaf under that head')
  return { generation, size, root: root.slice(), at: last.value.at }
}

/** A head of another log is known from here on. It only grows; a later generation begins anew. */
export function learnHead(run: Run, entry: HeadEntry): void {
  const { world } = run
  const signed = readNote(entry.note)
  const slot = otherSlot(world, signed.community)
  const head = headOf(world.hasher, signed, entry)
  const { heads } = peerOf(slot)
  const before = heads.find(({ generation }) => generation === head.generation)
  if (before === undefined && entry.consistency.length > 0)
    refuse('bad-proof', 'no head of that log is known here that a proof could go on from')
  if (before !== undefined && head.size <= before.size)
    refuse('stale-head', 'a head of that log as large or larger is known here already')
  const { consistency: proof } = entry
  const grown =
    before === undefined ||
    verifyConsistency(world.hasher, {
      from: before.size,
      to: head.size,
      fromRoot: before.root,
      toRoot: head.root,
      proof,
    })
  if (!grown) refuse('bad-proof', 'this head does not continue the one of the same log that is known here')
  const others = heads.filter(({ generation }) => generation !== head.generation)
  const all = [...others, head].sort((a, b) => a.generation - b.generation).slice(-HEADS_MAX)
  if (!all.includes(head)) refuse('stale-head', 'that log was succeeded by others long ago')
  changePeer(world, slot, { heads: all })
}

/** Refuses a leaf that stands under no head of that community which is known here. Of its newest log first. */
export function proveLeaf(
  hasher: Hasher,
  slot: PeerSlot,
  shown: { readonly index: number; readonly leaf: Uint8Array; readonly path: readonly Uint8Array[] },
): void {
  const { heads } = peerOf(slot)
  if (heads.length === 0) refuse('unknown-head', "no head of that community's log is known here; show one first")
  const leaf = leafHash(hasher, shown.leaf)
  const { index, path: proof } = shown
  const stands = heads.some(({ size, root }) => verifyInclusion(hasher, { index, size, leaf, root, proof }))
  if (!stands) refuse('bad-proof', 'the leaf shown does not stand in that log under a head that is known here')
}
