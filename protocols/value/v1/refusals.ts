/** Whether to ask again: at once is never useful. */
export type RetryAdvice =
  /** The same request will be refused again. */
  | 'never'
  /** The same request may be answered later. */
  | 'later'
  /** Ask for something else: another amount, another way, a new quote. */
  | 'changed'

/** Why a log does not take a transfer: in a quote before anything moves, and as the outcome in an entry. */
export const TRANSFER_REFUSALS = {
  'no-line': 'changed',
  'line-closed': 'changed',
  'line-expired': 'later',
  'line-frozen': 'later',
  'over-limit': 'changed',
  'wrong-asset': 'never',
  'zero-amount': 'changed',
  'amount-overflow': 'changed',
  'below-minimum': 'changed',
  expired: 'changed',
  'wrong-route': 'changed',
  'unknown-payee': 'never',
  'unknown-agreement': 'later',
  'bad-terms': 'never',
  'too-many-payees': 'changed',
  'bad-signature': 'never',
  'bad-leaf': 'never',
  declined: 'later',
  'written-off': 'changed',
} as const satisfies Readonly<Record<string, RetryAdvice>>

/** Why a stage refuses a message (spec: "Refusals"). What a transfer may be refused for, and the rest. Stable strings. */
export const VALUE_REFUSALS = {
  ...TRANSFER_REFUSALS,
  'no-route': 'changed',
  replayed: 'never',
  'bad-expiry': 'changed',
  'unknown-log': 'never',
  'bad-checkpoint': 'never',
  'bad-certificate': 'never',
  'unknown-epoch': 'later',
  'old-epoch': 'later',
  'bad-proof': 'never',
  'bad-entry': 'never',
  fork: 'never',
  closed: 'later',
  'wrong-number': 'changed',
  'wrong-party': 'never',
  'not-confirmed': 'later',
  'not-owed': 'changed',
  'bad-receipt': 'never',
  'rail-unavailable': 'later',
  'rail-lied': 'never',
  incomplete: 'later',
  'not-spoken': 'never',
  busy: 'later',
  'log-halted': 'later',
  'disk-refused': 'later',
  'bad-message': 'never',
  internal: 'later',
} as const satisfies Readonly<Record<string, RetryAdvice>>
export type ValueRefusal = keyof typeof VALUE_REFUSALS

export const isValueRefusal = (code: string): code is ValueRefusal => Object.hasOwn(VALUE_REFUSALS, code)

/** Advice on any code, also one that a newer version made up. */
export const retryAdvice = (code: string): RetryAdvice => (isValueRefusal(code) ? VALUE_REFUSALS[code] : 'changed')
