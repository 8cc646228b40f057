import { CID } from 'multiformats/cid'
import { fromString } from 'uint8arrays/from-string'
import { AUDIT_PROTOCOL } from '#protocols/audit/v1/constants.ts'
import { encodeRequest } from '#protocols/blocks/v1/codec.ts'
import { BLOCKS_PROTOCOL } from '#protocols/blocks/v1/constants.ts'
import { encodeEnvelope, encodePayload } from '#protocols/envelope/v1/codec.ts'
import { encodeAccept, encodeRefusal } from '#protocols/hello/v1/codec.ts'
import { HELLO_PROTOCOL } from '#protocols/hello/v1/constants.ts'
import { encodeMessage } from '#protocols/sync/v1/codec.ts'
import { SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import { VALUE_PROTOCOL } from '#protocols/value/v1/constants.ts'
import { signed, testAuthor } from './author.ts'
import { auditVectors } from './ledger-vectors/audit.ts'
import type { LedgerVector } from './ledger-vectors/fixtures.ts'
import { messageVectors } from './value-vectors/messages.ts'
import { wireVectors } from './wire-vectors.ts'

const CIDS = [
  'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
  'bafkreibemvptzp3tuoig42imbou2cviwwgxhxdfbhtczpgehnn77c55y4e',
  'QmZS5MBq57rd9dAgbw5VSatWGQoBYoqak8cqyZTP7cSNg8',
].map(text => CID.parse(text))

/** Envelopes of every kind, well formed and signed (by keys of tests). */
export const envelopeSamples: readonly Uint8Array[] = Object.values(wireVectors(() => ''))
  .flat()
  .filter(vector => vector.expect === 'ok')
  .map(vector => fromString(vector.hex, 'hex'))

/** Requests among the published vectors, well formed. */
const requestsOf = (vectors: readonly LedgerVector[]): Uint8Array[] =>
  vectors.flatMap(({ format, verdict, hex }) =>
    format === 'request' && verdict === 'accept' && hex !== undefined ? [fromString(hex, 'hex')] : [],
  )

/** Valid frames of each stream protocol, to be mutated. `community` is one that the receiver holds. */
export function frameSamples(community: Uint8Array): Readonly<Record<string, readonly Uint8Array[]>> {
  const fan = testAuthor(40)
  const chat = signed(fan, {
    type: 'engagement/chat',
    community,
    seq: 1,
    at: Date.now(),
    body: { room: 'main', name: '', text: 'hi' },
  })
  const unsigned = encodeEnvelope(
    encodePayload({ type: 'engagement/chat', author: fan.publicKey, community, seq: 2, at: 1, body: {} }),
    new Uint8Array(64),
  )
  const id = new Uint8Array(32).fill(5)
  return {
    [HELLO_PROTOCOL]: [
      encodeAccept(),
      encodeRefusal({ code: 'incompatible', message: 'no' }),
      ...envelopeSamples.slice(0, 2),
    ],
    [SYNC_PROTOCOL]: [
      encodeMessage({ t: 'open', community, fingerprint: id }),
      encodeMessage({ t: 'authors', authors: [[fan.publicKey, 0]] }),
      encodeMessage({ t: 'ids', ids: [id, fan.publicKey] }),
      encodeMessage({ t: 'push', events: [chat, unsigned, ...envelopeSamples.slice(0, 3)] }),
      encodeMessage({ t: 'log', community, from: 0 }),
      encodeMessage({ t: 'same' }),
    ],
    [AUDIT_PROTOCOL]: requestsOf(auditVectors()),
    [VALUE_PROTOCOL]: requestsOf(messageVectors()),
    [BLOCKS_PROTOCOL]: CIDS.map((cid, n) => encodeRequest({ id: n, cid })),
  }
}
