/** Whose statement it is: an account, or a party that has none yet. */
export type Subject =
  | { readonly kind: 'account'; readonly key: string }
  | { readonly kind: 'party'; readonly id: string }

const ACCOUNT = /^acct:([0-9a-f]{64})$/
const PARTY = /^party:(.+)$/
const WAITING = /^(susp|rsrv|held):([0-9a-f]{64})\/(.+)$/

export function parseSubject(text: string): Subject | null {
  const [, key] = ACCOUNT.exec(text) ?? []
  if (key !== undefined) return { kind: 'account', key }
  const [, id] = PARTY.exec(text) ?? []
  return id === undefined ? null : { kind: 'party', id }
}

export const subjectText = (subject: Subject): string =>
  subject.kind === 'account' ? `acct:${subject.key}` : `party:${subject.id}`

/** A balance where a party's money waits: by the first version of the agreement and the party's id, as holders spell it. */
export interface Waiting {
  readonly kind: 'susp' | 'rsrv' | 'held'
  readonly first: string
  readonly party: string
}

export function parseWaiting(holder: string): Waiting | null {
  const [, kind, first = '', party = ''] = WAITING.exec(holder) ?? []
  return kind === undefined ? null : { kind: kind as Waiting['kind'], first, party }
}

const WORDS: Readonly<Record<string, string>> = {
  susp: 'in suspense',
  rsrv: 'in reserve',
  held: 'below the payout threshold',
  tax: 'tax',
  fee: 'fee',
  chan: 'a channel deposit',
  pool: 'a pool',
}

/** A balance as people call it. */
export function holderText(holder: string): string {
  if (holder === 'desk') return 'the cash desk'
  const colon = holder.indexOf(':')
  const [kind, rest] = [holder.slice(0, colon), holder.slice(colon + 1)]
  if (kind === 'acct') return `account ${rest.slice(0, 8)}…`
  const word = WORDS[kind]
  if (word === undefined) return holder
  const name = rest.slice(rest.indexOf('/') + 1)
  return rest.includes('/') ? `${name}, ${word}` : word
}
