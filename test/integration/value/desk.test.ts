import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CardBatchInfo, CheckedCard, DeskNoteInfo, PrintedCards } from '#protocols/api/v1/desk-schemas.ts'
import type { Wallet } from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { StageHere } from '#test/support/stage-here.ts'

let park: StageHere
const fan = testAuthor(7)
const account = Buffer.from(fan.publicKey).toString('hex')

beforeAll(async () => {
  park = await StageHere.start('park')
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
