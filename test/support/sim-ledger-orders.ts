import { ok } from '#protocols/codec/result.ts'
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  encodePayload,
  signedBytes,
} from '#protocols/envelope/v1/codec.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { simKey, simSigner } from './sim-ledger-crypto.ts'

/** Virtual time begins here. */
export const SIM_START_MS = 1_790_000_000_000

export const SIM_COMMUNITY = simKey(1)
const ASSET = { code: 'EUR', scale: 2, issuer: SIM_COMMUNITY }
const ACCOUNTS = 3
const ORDERS = 48

/** The simulated logs issue and redeem; dividing money has tests of its own. */
export const simRules: Rules = {
  hash: new Uint8Array(32).fill(7),
  compile: () => ({ ok: false, error: { code: 'bad-terms', message: 'agreements are not simulated' } }),
  checkNesting: () => ok(null),
  checkAmendment: () => ok([]),
  endPeriod: () => [],
  dividePool: () => [],
}

function signed(author: Uint8Array, type: string, seq: number, body: unknown): Envelope {
  const payload = encodePayload({ type, author, community: SIM_COMMUNITY, seq, at: SIM_START_MS, body })
  const envelope = decodeEnvelope(encodeEnvelope(payload, simSigner(author).sign(signedBytes(type, payload))))
  if (!envelope.ok) throw new Error('the simulator signs orders that can be read')
  return envelope.value
}

const accountKey = (n: number): Uint8Array => simKey(900 + (n % ACCOUNTS))

/** The community issues; sequences rise, so that each is accepted once and in this order. */
export const ISSUES: readonly Envelope[] = Array.from({ length: ORDERS }, (_, n) =>
  signed(SIM_COMMUNITY, 'value/issue', n + 1, {
    account: accountKey(n),
    amount: 100 + n,
    asset: ASSET,
    reference: null,
  }),
)

/** Accounts redeem a little of what they hold. */
export const REDEEMS: readonly Envelope[] = Array.from({ length: ORDERS }, (_, n) =>
  signed(accountKey(n), 'value/redeem', n + 1, { amount: 1 + (n % 7), asset: ASSET, reference: null }),
)

/** More than anybody holds: no honest log contains it. */
export const OVERDRAFT = signed(accountKey(0), 'value/redeem', 10_000, { amount: 1e9, asset: ASSET, reference: null })
