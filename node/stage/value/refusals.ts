import type { StageErrorCode } from '#node/errors.ts'
import type { LedgerFault } from '#node/ports/ledger.ts'
import type { ValueFault } from '#node/ports/value.ts'

/** What a person's program is told when another community refuses a payment before anything moves. */
const CODES: Readonly<Record<string, StageErrorCode>> = {
  'no-line': 'no-line',
  'line-closed': 'no-line',
  'line-expired': 'no-line',
  'line-frozen': 'frozen',
  'over-limit': 'over-limit',
  'no-route': 'no-route',
  'wrong-route': 'no-route',
  'unknown-payee': 'not-found',
  'unknown-agreement': 'not-found',
  'bad-terms': 'not-found',
  'too-many-payees': 'not-found',
  'wrong-asset': 'bad-request',
  'zero-amount': 'bad-request',
  'amount-overflow': 'bad-request',
  'below-minimum': 'bad-request',
  expired: 'quote-expired',
  'bad-certificate': 'no-line',
  'peer-unreachable': 'peer-unreachable',
  busy: 'busy',
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`

/** A refusal of the value protocol as the stage's own. */
export const asFault = ({ code, message }: ValueFault): LedgerFault => ({
  code: CODES[code] ?? 'peer-refused',
  message: sentence(message),
})

/** Why a payment came back, as the payer reads it. Codes are outcomes in logs. */
const WORDS: Readonly<Record<string, string>> = {
  expired: 'It did not arrive in time, so it came back.',
  'no-line': 'The other community accepts no credit of yours.',
  'line-closed': 'The other community has closed its credit line for yours.',
  'line-expired': 'The credit line between the communities has expired.',
  'line-frozen': 'The two communities have a dispute to settle first.',
  'over-limit': 'It was more than the other community still accepts on credit.',
  'below-minimum': 'Less would have arrived than you accepted.',
  'unknown-agreement': 'That release cannot be paid for there.',
  'bad-terms': 'That release cannot be paid for there.',
  'too-many-payees': 'That release cannot be paid for there.',
  declined: 'The other community accepts only payments that auditors certified.',
  'written-off': 'The other community did not answer for a day, so your community gave the money back.',
}

/** A sentence for the code of a refusal in a log; whatever it is, the money is back. */
export const saidOf = (code: string): string => WORDS[code] ?? 'The other community refused it.'
