import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type {
  CardBatchInfo,
  CheckedCard,
  DeskNoteInfo,
  PrintedCards,
  PurchaseInfo,
} from '#protocols/api/v1/desk-schemas.ts'
import type { SubmitResult, Wallet } from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { publishFor, startValueStage, type ValueStage } from '#test/support/value-stages.ts'

let stage: ValueStage
let park: ValueStage['here']
const artist = testAuthor(8)
const fan = testAuthor(7)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const account = hex(fan.publicKey)

beforeAll(async () => {
  stage = await startValueStage('park')
  park = stage.here
})
afterAll(() => park.remove())

const wallet = () => park.client.get<Wallet>(`/wallets/${account}`)
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    error => (error as { code: string }).code,
  )

it('gives credit for what is brought to the desk, once, with a signed note whose words can be erased', async () => {
  const taken = { account, amount: '5000', kind: 'barter', text: 'Ana, three crates of apples', key: 'ab'.repeat(32) }
  const note = await park.client.request<DeskNoteInfo>('POST', '/desk/takings', taken)
  expect(note).toMatchObject({ state: 'confirmed', direction: 'in', kind: 'barter', text: taken.text, other: account })
  expect(await park.client.request('POST', '/desk/takings', taken)).toEqual(note)
  expect((await wallet()).balance).toBe('5000')
  expect(await code(park.client.request('POST', '/desk/takings', { ...taken, amount: '6000' }))).toBe('conflict')
  await park.client.request('DELETE', `/desk/notes/${note.id}/text`)
  const erased = await park.client.get<DeskNoteInfo>(`/desk/notes/${note.id}`)
  expect(erased).toEqual({ ...note, text: null })
})

it('prints cards that work once, and can be taken back', async () => {
  const expiry = Date.now() + 86_400_000
  const order = { count: 5, amount: '250', expiry, label: 'door' }
  const batch = await park.client.request<CardBatchInfo>('POST', '/codes', order)
  expect(batch).toMatchObject({ count: 5, good: 5, used: 0 })
  const { cards } = await park.client.get<PrintedCards>(`/codes/${batch.batch}/cards`)
  const folder = join(park.data, 'cards')
  const [file = ''] = await readdir(folder)
  expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600)
  expect((await readFile(join(folder, file))).length).toBe(50)
  const check = (card: string) => park.client.request<CheckedCard>('POST', '/codes/check', { card })
  const card = await check((cards[1]?.text ?? '').toLowerCase())
  expect(await check(cards[1]?.card ?? '')).toEqual(card)
  const body = {
    batch: fromString(card.batch, 'hex'),
    serial: card.serial,
    secret: fromString(card.secret, 'hex'),
    path: card.path.map(hash => fromString(hash, 'base64pad')),
  }
  const { community } = await park.client.stage()
  const before = BigInt((await wallet()).balance)
  await park.client.order(fan, community, 'value/code', body)
  expect(BigInt((await wallet()).balance)).toBe(before + 250n)
  expect(await code(park.client.order(fan, community, 'value/code', body))).toBe('code-used')
  expect(await code(check(cards[1]?.text ?? ''))).toBe('code-used')
  const revoked = await park.client.request<CardBatchInfo>('POST', `/codes/${batch.batch}/revoke`, { serials: [2] })
  expect(revoked).toMatchObject({ good: 3, used: 1, revoked: 1 })
  expect(await code(check(cards[2]?.text ?? ''))).toBe('code-revoked')
  const typo = (cards[3]?.text ?? '').replace(/.$/, last => (last === '0' ? '1' : '0'))
  expect(await code(check(typo))).toBe('code-mistyped')
  await park.client.request('POST', `/codes/${batch.batch}/revoke`, {})
  await park.client.request('DELETE', `/codes/${batch.batch}/secrets`)
  expect(await code(park.client.get(`/codes/${batch.batch}/cards`))).toBe('not-found')
  expect(BigInt((await wallet()).balance)).toBe(before + 250n)
})

it('takes a disputed purchase back from everybody who was paid, once, or not at all', async () => {
  const release = await publishFor(stage, artist)
  const asset = { code: 'TEST', scale: 2, issuer: fromString(stage.community, 'hex') }
  const earned = async () => (await park.client.get<Wallet>(`/wallets/${hex(artist.publicKey)}`)).balance
  const buy = async (amount: bigint): Promise<number> => {
    const body = { account: fan.publicKey, amount, asset, release, reference: null }
    return (await park.client.order(fan, stage.community, 'value/gift', body)).receipt ?? -1
  }
  const refund = (receipt: number) =>
    park.client.request<SubmitResult>('POST', '/refunds', { receipt, reason: 'the file was broken' })
  const before = (await wallet()).balance
  const first = await buy(300n)
  const second = await buy(200n)
  expect(await earned()).toBe('500')
  await park.client.order(fan, stage.community, 'value/dispute', { receipt: second, reason: null })
  expect(await park.client.get<PurchaseInfo[]>('/purchases')).toMatchObject([
    { receipt: second, disputed: true, amount: '200', payer: account, releaseTitle: 'First' },
    { receipt: first, disputed: false, amount: '300' },
  ])
  const { receipt } = await refund(second)
  expect(await earned()).toBe('300')
  expect(await park.client.get(`/desk/texts/${receipt}`)).toEqual({ text: 'the file was broken' })
  expect(await code(refund(second))).toBe('not-found')
  expect(await code(refund(0))).toBe('not-found')
  // The artist has been paid out in between: nobody is left to take it from, and nothing moves.
  await park.client.order(artist, stage.community, 'value/redeem', { amount: 100n, asset, reference: null })
  expect(await code(refund(first))).toBe('insufficient-balance')
  expect(await earned()).toBe('200')
  expect((await wallet()).balance).toBe(String(BigInt(before) - 300n))
})

it('hands over what an account had paid out, against a note of its own', async () => {
  const asset = { code: 'TEST', scale: 2, issuer: fromString(stage.community, 'hex') }
  const { receipt } = await park.client.order(fan, stage.community, 'value/redeem', {
    amount: 50n,
    asset,
    reference: null,
  })
  const note = await park.client.request<DeskNoteInfo>('POST', '/desk/payouts', { entry: receipt })
  expect(note).toMatchObject({ direction: 'out', state: 'pending', amount: '50', other: account, entry: receipt })
  expect(await park.client.request('POST', '/desk/payouts', { entry: receipt })).toEqual(note)
  const words = { kind: 'cash', text: 'Ana signed for it' }
  const paid = await park.client.request<DeskNoteInfo>('POST', `/desk/notes/${note.id}/confirm`, words)
  expect(paid).toMatchObject({ state: 'confirmed', ...words })
  expect(await code(park.client.request('POST', `/desk/notes/${note.id}/refuse`))).toBe('conflict')
  expect(await code(park.client.request('POST', '/desk/payouts', { entry: 0 }))).toBe('not-found')
})
