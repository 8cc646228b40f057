import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { decodeEnvelope, type Envelope } from '#protocols/envelope/v1/codec.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { eventId, ISSUE_TYPE, TIP_TYPE } from '#src/ledger/orders.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'

export const ports = { hasher, verifier }
export const desk: TestAuthor & SyncSigner = testAuthor(1)
export const fan = testAuthor(2)
export const community = desk.publicKey
export const asset: Asset = { code: 'TEST', scale: 2, issuer: community }
export const RELEASE = '00112233445566778899aabbccddeeff'
export const BAND = [
  { party: 'Ada', shares: 5_000 },
  { party: 'Bo', shares: 3_000 },
  { party: 'Çelik', shares: 2_000 },
]

export interface TestOrder {
  readonly envelope: Envelope
  readonly id: Uint8Array
}

export function order(author: TestAuthor, type: string, seq: number, body: unknown, to = community): TestOrder {
  const decoded = decodeEnvelope(signed(author, { type, community: to, seq, at: 1_700_000_000_000, body }))
  if (!decoded.ok) throw new Error(decoded.error.message)
  return { envelope: decoded.value, id: eventId(hasher, decoded.value) }
}

export const issueOrder = (seq: number, amount: bigint, by = desk, account = fan.publicKey): TestOrder =>
  order(by, ISSUE_TYPE, seq, { account, amount, asset, evidence: 'cash at the door' })

export const tipOrder = (seq: number, amount: bigint, by = fan, release = RELEASE): TestOrder =>
  order(by, TIP_TYPE, seq, { release, amount, asset, note: null })
