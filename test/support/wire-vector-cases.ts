/** A body under its envelope's type, and whether it has the form that the type asks for. */
export interface WireCase {
  readonly name: string
  readonly type: string
  readonly body: unknown
  readonly ok: boolean
  readonly by: 'member' | 'community'
}

const by =
  (author: WireCase['by'], ok: boolean) =>
  (name: string, type: string, body: unknown): WireCase => ({ name, type, body, ok, by: author })
const good = by('member', true)
const bad = by('member', false)
const ruled = by('community', true)
const misruled = by('community', false)
const key = (value: number): Uint8Array => new Uint8Array(32).fill(value)

/** Prices of a release and of membership. */
export function offerCases(release: string): WireCase[] {
  const offer = { release, code: 'EUR', scale: 2, stream: 1n, download: 900n }
  const membership = { code: 'EUR', scale: 2, month: 500n }
  return [
    ruled('a price', 'catalog/offer', offer),
    ruled('a release that is free to hear and not sold', 'catalog/offer', { ...offer, stream: 0n, download: null }),
    ruled('a membership', 'catalog/membership', membership),
    misruled('a price below zero', 'catalog/offer', { ...offer, stream: -1 }),
    misruled('a price in half cents', 'catalog/offer', { ...offer, scale: 10 }),
    misruled('a price of no release', 'catalog/offer', { ...offer, release: 'songs' }),
    misruled('a membership by the year', 'catalog/membership', { ...membership, year: 5_000n }),
  ]
}

/** Who played what. */
export function creditCases(release: string): WireCase[] {
  const ana = { name: 'Ana Example', role: 'vocals' }
  return [
    ruled('credits', 'catalog/credits', { release, tracks: [[ana, { name: 'Ben', role: 'hurdy-gurdy' }], []] }),
    ruled('credits taken back', 'catalog/credits', { release, tracks: [] }),
    misruled('a credit for nobody', 'catalog/credits', { release, tracks: [[{ ...ana, name: '' }]] }),
    misruled('a credit in two lines', 'catalog/credits', { release, tracks: [[{ ...ana, role: 'vocals\ndrums' }]] }),
    misruled('more names than one track takes', 'catalog/credits', { release, tracks: [Array(41).fill(ana)] }),
  ]
}

/** Words in step with the music. */
export function captionCases(release: string): WireCase[] {
  const [first, second] = [
    { at: 12_000, until: 15_500, text: 'One line,\nand another' },
    { at: 15_500, until: 19_250, text: 'کوئی گیت' },
  ]
  const words = { release, track: 0, language: 'en', cues: [first, second] }
  return [
    ruled('captions', 'catalog/captions', words),
    ruled('captions in another language', 'catalog/captions', { ...words, language: 'ur-PK' }),
    ruled('captions taken back', 'catalog/captions', { ...words, cues: [] }),
    misruled('a cue that ends before it begins', 'catalog/captions', { ...words, cues: [{ ...first, until: 12_000 }] }),
    misruled('cues out of order', 'catalog/captions', { ...words, cues: [second, first] }),
    misruled('a cue without words', 'catalog/captions', { ...words, cues: [{ ...first, text: '' }] }),
    misruled('captions in no language', 'catalog/captions', { ...words, language: 'English, mostly' }),
    misruled('captions of a track too far', 'catalog/captions', { ...words, track: 100 }),
  ]
}

/** Orders about value between communities, and about payments that can be taken back. */
export function valueOrderCases(asset: object, release: string, at: number): WireCase[] {
  const transfer = {
    amount: 500n,
    asset,
    to: key(0x21),
    via: [key(0x22)],
    payee: `release/${release}`,
    minimum: 490n,
    expiry: at + 60_000,
    use: 'tip',
    reference: null,
    quote: key(0x23),
  }
  const line = { community: key(0x21), code: 'EUR', scale: 2, limit: 50_000n, haircut: 100, expiry: at, alone: false }
  const batch = { batch: key(0x24), root: key(0x25), count: 1_024, amount: 1_000n, asset, expiry: at }
  const code = { batch: key(0x24), serial: 7, secret: new Uint8Array(10).fill(0x26), path: [key(0x27)] }
  return [
    good('a transfer over one community', 'value/transfer', transfer),
    good('a transfer to an account, without a quote', 'value/transfer', {
      ...transfer,
      via: [],
      payee: `acct/${'cd'.repeat(32)}`,
      use: 'gift',
      reference: key(7),
      quote: null,
    }),
    good('a transfer over three communities', 'value/transfer', { ...transfer, via: [1, 2, 3].map(key) }),
    bad('a transfer over four communities', 'value/transfer', { ...transfer, via: [1, 2, 3, 4].map(key) }),
    bad('a transfer that passes a community twice', 'value/transfer', { ...transfer, via: [key(1), key(1)] }),
    bad('a transfer over the community that it is for', 'value/transfer', { ...transfer, via: [transfer.to] }),
    bad('a transfer of less than nothing', 'value/transfer', { ...transfer, amount: -1 }),
    bad('a transfer to a name', 'value/transfer', { ...transfer, payee: 'ana' }),
    bad('a transfer at a scale of 10', 'value/transfer', { ...transfer, asset: { ...asset, scale: 10 } }),
    ruled('a credit line', 'value/line', line),
    ruled('a credit line that is closed', 'value/line', { ...line, limit: 0n, haircut: 0, alone: true }),
    misruled('a credit line that keeps all', 'value/line', { ...line, haircut: 10_000 }),
    misruled('a credit line that trusts by a number', 'value/line', { ...line, alone: 1 }),
    ruled('a freeze', 'value/freeze', { community: key(0x21), frozen: true, reason: null }),
    ruled('a write-off', 'value/write-off', { community: key(0x21), sequence: 3 }),
    misruled('a write-off of number 0', 'value/write-off', { community: key(0x21), sequence: 0 }),
    good('credit given to a member', 'value/give', { account: key(0x28), amount: 5n, asset, reference: null }),
    good('a purchase for somebody', 'value/gift', {
      account: key(0x28),
      amount: 900n,
      asset,
      release,
      reference: null,
    }),
    good('a dispute', 'value/dispute', { receipt: 12, reason: key(7) }),
    ruled('a refund', 'value/refund', { receipt: 12, reference: null }),
    misruled('a refund of an entry below zero', 'value/refund', { receipt: -1, reference: null }),
    ruled('a batch of codes', 'value/batch', batch),
    misruled('a batch of 1,025 codes', 'value/batch', { ...batch, count: 1_025 }),
    misruled('a batch of none', 'value/batch', { ...batch, count: 0 }),
    good('a code', 'value/code', code),
    bad('a code with a secret of nine bytes', 'value/code', { ...code, secret: new Uint8Array(9) }),
    bad('a code with a path of eleven hashes', 'value/code', {
      ...code,
      path: Array.from({ length: 11 }, () => key(1)),
    }),
    ruled('some codes revoked', 'value/batch-revoke', { batch: key(0x24), serials: [0, 7, 1_023] }),
    ruled('all codes revoked', 'value/batch-revoke', { batch: key(0x24), serials: [] }),
    misruled('codes revoked in falling order', 'value/batch-revoke', { batch: key(0x24), serials: [7, 0] }),
  ]
}

/** Roles, decisions and what follows from them; the rules of rooms. */
export function moderationCases(until: number): WireCase[] {
  const by = 'community'
  const decision = { action: 'hide', target: key(9), until: 0, reason: 'not kind' }
  const room = { room: 'main', slowMs: 30_000, closed: false }
  return [
    { name: 'a moderator', type: 'engagement/role', body: { key: key(5), role: 'moderator' }, ok: true, by },
    { name: 'a role taken back', type: 'engagement/role', body: { key: key(5), role: 'none' }, ok: true, by },
    { name: 'a role that nobody knows', type: 'engagement/role', body: { key: key(5), role: 'king' }, ok: false, by },
    { name: 'a hidden message', type: 'engagement/decision', body: decision, ok: true, by: 'member' },
    {
      name: 'a mute',
      type: 'engagement/decision',
      body: { ...decision, action: 'mute', until },
      ok: true,
      by: 'member',
    },
    {
      name: 'a mute without an end',
      type: 'engagement/decision',
      body: { ...decision, action: 'mute' },
      ok: true,
      by: 'member',
    },
    {
      name: 'a ban with an end',
      type: 'engagement/decision',
      body: { ...decision, action: 'ban', until },
      ok: false,
      by: 'member',
    },
    {
      name: 'an end before 1970',
      type: 'engagement/decision',
      body: { ...decision, until: -1 },
      ok: false,
      by: 'member',
    },
    {
      name: 'a reason of two lines',
      type: 'engagement/decision',
      body: { ...decision, reason: 'a\nb' },
      ok: false,
      by: 'member',
    },
    {
      name: 'an appeal',
      type: 'engagement/appeal',
      body: { decision: key(9), text: 'It was a joke.' },
      ok: true,
      by: 'member',
    },
    {
      name: 'an appeal in no words',
      type: 'engagement/appeal',
      body: { decision: key(9), text: '' },
      ok: false,
      by: 'member',
    },
    { name: 'an answer', type: 'engagement/answer', body: { appeal: key(9), upheld: true, reason: '' }, ok: true, by },
    {
      name: 'an answer of maybe',
      type: 'engagement/answer',
      body: { appeal: key(9), upheld: 1, reason: '' },
      ok: false,
      by,
    },
    { name: 'a report', type: 'engagement/report', body: { target: key(9), reason: 'rude' }, ok: true, by: 'member' },
    {
      name: 'a report of a name',
      type: 'engagement/report',
      body: { target: 'ana', reason: '' },
      ok: false,
      by: 'member',
    },
    { name: 'a slow room', type: 'engagement/room', body: room, ok: true, by },
    { name: 'a closed room', type: 'engagement/room', body: { ...room, slowMs: 0, closed: true }, ok: true, by },
    {
      name: 'a room slower than ten minutes',
      type: 'engagement/room',
      body: { ...room, slowMs: 600_001 },
      ok: false,
      by,
    },
  ]
}

/** Claims to handles, and the community's answer. */
export function handleCases(): WireCase[] {
  const claim = (handle: unknown) => ({ handle })
  return [
    good('a claim to a handle', 'engagement/handle', claim('lena_3')),
    good('a handle of twenty', 'engagement/handle', claim('a'.repeat(20))),
    good('a handle given up', 'engagement/handle', claim('')),
    bad('a handle of two', 'engagement/handle', claim('le')),
    bad('a handle of 21', 'engagement/handle', claim('a'.repeat(21))),
    bad('a handle in capitals', 'engagement/handle', claim('Lena')),
    bad('a handle in Cyrillic', 'engagement/handle', claim('l\u0435na')),
    bad('a handle of two lines', 'engagement/handle', claim('lena\n')),
    ruled('a grant', 'engagement/grant', { claim: key(9) }),
    misruled('a grant of a name', 'engagement/grant', { claim: 'lena' }),
  ]
}
