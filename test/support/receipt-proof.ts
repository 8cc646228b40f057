import { ed25519 } from '@noble/curves/ed25519.js'
import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import { originOf, seatNameOf } from '#protocols/ledger/v1/origin.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { cosignLine } from '#src/ledger/committee/notes.ts'
import { inclusionProof, leafHash, type NodeReader, nodeHash } from '#src/ledger/merkle.ts'
import { toBase64, toHex } from '#web/fan/encoding.ts'
import { fan, openedLog, RELEASE } from './ledger-story.ts'
import { must, nobleHasher } from './ledger-writer.ts'

const hasher = nobleHasher

function signerOf(fill: number): SyncSigner {
  const secret = new Uint8Array(32).fill(fill)
  return { publicKey: ed25519.getPublicKey(secret), sign: message => ed25519.sign(message, secret) }
}

/** Hashes of all complete subtrees of these leaves. */
function treeOf(leaves: readonly Uint8Array[]): NodeReader {
  const read: NodeReader = (level, index) =>
    level === 0
      ? (leaves[index] as Uint8Array)
      : nodeHash(hasher, read(level - 1, 2 * index), read(level - 1, 2 * index + 1))
  return read
}

/** A tip of 7.77 in the log of a community, as a stage hands it out; `seats` cosigned, of four. */
export function receiptProof(seats = 0, total = seats === 0 ? 1 : 4): ReceiptProof {
  const log = openedLog()
  const { desk, community, asset, entries } = log
  const body = { amount: 777n, asset, release: RELEASE, reference: null, use: 'tip' as const }
  const { index, lines } = must(log.order(fan, 'value/tip', body))
  must(log.commit())
  const leaves = entries.map(entry => leafHash(hasher, entry))
  const read = treeOf(leaves)
  const size = leaves.length
  const root = rootOf(leaves)
  const origin = originOf(community)
  const text = checkpointText(origin, size, root)
  const sign = {
    name: origin,
    keyId: keyIdOf(data => hasher.sha256(data), origin, community),
    signature: desk.sign(new TextEncoder().encode(text)),
  }
  const auditors = [11, 12, 13, 14].map(signerOf)
  const cosigned = auditors.slice(0, seats).map(seat => cosignLine(hasher, seat, text, 1_780_000_000))
  return {
    community: toHex(community),
    communityName: 'Quay Street',
    index,
    kind: 'tip',
    release: RELEASE,
    releaseTitle: 'Low Tide',
    agreement: toHex(log.agreement),
    amount: '777',
    asset: { ...asset, issuer: toHex(asset.issuer) },
    at: log.clock.at,
    payer: toHex(fan.publicKey),
    credited: null,
    lines: lines.map(line => ({ ...line, name: line.party, amount: String(line.amount), state: 'paid' })),
    leafHash: toHex(leaves[index] as Uint8Array),
    own: true,
    verified: true,
    finality: 'final',
    entry: toBase64(entries[index] as Uint8Array),
    checkpoint: formatNote(text, [sign, ...cosigned]),
    proof: inclusionProof(hasher, read, index, size).map(toBase64),
    committee: {
      epoch: total === 1 ? 0 : 1,
      total,
      quorum: total === 1 ? 1 : 3,
      signed: seats,
      seats: (total === 1 ? [] : auditors).map(({ publicKey }, at) => ({
        name: seatNameOf(publicKey),
        key: toHex(publicKey),
        community: toHex(publicKey),
        communityName: `Neighbour ${at}`,
        operator: `operator ${at}`,
        weight: 1,
        cosigned: at < seats,
        ejected: false,
      })),
    },
  }
}

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array
  let cut = 1
  while (cut * 2 < leaves.length) cut *= 2
  return nodeHash(hasher, rootOf(leaves.slice(0, cut)), rootOf(leaves.slice(cut)))
}
