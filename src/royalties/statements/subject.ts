/** Whose statement it is: an account, a party that has none yet, or another community that this one deals with. */
export type Subject =
  | { readonly kind: 'account'; readonly key: string }
  | { readonly kind: 'party'; readonly id: string }
  | { readonly kind: 'peer'; readonly key: string }

const ACCOUNT = /^acct:([0-9a-f]{64})$/
const PEER = /^peer:([0-9a-f]{64})$/
const PARTY = /^party:(.+)$/
const WAITING = /^(susp|rsrv|held):([0-9a-f]{64})\/(.+)$/

export function parseSubject(text: string): Subject | null {
  const [, key] = ACCOUNT.exec(text) ?? []
  if (key !== undefined) return { kind: 'account', key }
  const [, peer] = PEER.exec(text) ?? []
  if (peer !== undefined) return { kind: 'peer', key: peer }
  const [, id] = PARTY.exec(text) ?? []
  return id === undefined ? null : { kind: 'party', id }
}

export function subjectText(subject: Subject): string {
  if (subject.kind === 'party') return `party:${subject.id}`
  return `${subject.kind === 'account' ? 'acct' : 'peer'}:${subject.key}`
}

/** A balance that is the subject's by its name alone: an account's, or what is owed to a community and on its way there. */
export function isOwn(subject: Subject, holder: string): boolean {
  if (subject.kind === 'account') return holder === `acct:${subject.key}`
  return subject.kind === 'peer' && (holder === `peer:${subject.key}` || holder === `hold:${subject.key}`)
}

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
  codes: 'voucher codes that nobody has redeemed',
}

/** A balance as people call it. */
export function holderText(holder: string): string {
  if (holder === 'desk') return 'the cash desk'
  const colon = holder.indexOf(':')
  const [kind, rest] = [holder.slice(0, colon), holder.slice(colon + 1)]
  if (kind === 'acct') return `account ${rest.slice(0, 8)}…`
  if (kind === 'peer') return `community ${rest.slice(0, 8)}…`
  if (kind === 'hold') return `on its way to community ${rest.slice(0, 8)}…`
  const word = WORDS[kind]
  if (word === undefined) return holder
  const name = rest.slice(rest.indexOf('/') + 1)
  return rest.includes('/') ? `${name}, ${word}` : word
}
