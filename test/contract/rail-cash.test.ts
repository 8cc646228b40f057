import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { hasher, signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import type { RailRequest } from '#node/ports/rails.ts'
import { createCashRail } from '#node/rails/cash/cash-rail.ts'
import { createDesk } from '#node/rails/cash/desk.ts'
import { createDeskBook } from '#node/store/desk/desk-book.ts'
import { DESK_MIGRATIONS } from '#node/store/desk/schema.ts'
import { decodeDeskNote } from '#protocols/value/v1/desk-note.ts'
import { type RailWorld, railContract } from './rail.ts'

const signal = AbortSignal.timeout(60_000)

function openDesk(seed: number) {
  const signer = signerFromSeed(new Uint8Array(32).fill(seed))
  const db = new DatabaseSync(':memory:')
  for (const sql of DESK_MIGRATIONS) db.exec(sql)
  const clock = { nowMs: () => 1_800_000_000_000 }
  const random = { bytes: (length: number) => randomBytes(length) }
  const desk = createDesk({ signer, book: createDeskBook(db), hasher, random, clock })
  const rail = createCashRail({ own: signer.publicKey, desk, verifier, clock })
  return { signer, desk, rail, close: () => db.close() }
}

function openPair() {
  const payer = openDesk(1)
  const payee = openDesk(2)
  /** The payee's people note what arrived. */
  const take = async ({ key, amount, code, scale, memo }: RailRequest): Promise<void> => {
    const other = payer.signer.publicKey
    payee.desk.ask({ id: key, direction: 'in', other, amount, code, scale, memo })
    await payee.desk.confirm(key, { kind: 'cash', text: '' })
  }
  const world: RailWorld = {
    payer: payer.rail,
    payee: payee.rail,
    code: 'EUR',
    scale: 2,
    amount: 5_000n,
    async confirm(request) {
      await payer.desk.confirm(request.key, { kind: 'bank', text: 'Ana, by transfer' })
      await take(request)
    },
    async close() {
      payer.close()
      payee.close()
    },
  }
  return { payer, payee, take, world }
}

railContract('the cash desk', async () => openPair().world)

describe('people at a cash desk', () => {
  const asked = (over: Partial<RailRequest> = {}): RailRequest => ({
    key: new Uint8Array(32).fill(9),
    to: openDesk(2).rail.address,
    amount: 5_000n,
    code: 'EUR',
    scale: 2,
    memo: new Uint8Array(32).fill(8),
    ...over,
  })

  it('leave a payment pending until somebody says that it took place', async () => {
    const { payer } = openPair()
    expect(await payer.rail.pay(asked(), signal)).toMatchObject({ value: { state: 'pending', receipt: null } })
    await payer.desk.confirm(asked().key, { kind: 'hours', text: 'two hours at the door' })
    expect(await payer.rail.status(asked().key, signal)).toMatchObject({ value: { state: 'confirmed' } })
  })

  it('decide once: neither can a refusal be taken back, nor what was confirmed', async () => {
    const { payer } = openPair()
    await payer.rail.pay(asked(), signal)
    payer.desk.refuse(asked().key)
    expect(await payer.desk.confirm(asked().key, { kind: 'cash', text: '' })).toMatchObject({
      error: { code: 'conflict' },
    })
    expect(await payer.rail.pay(asked(), signal)).toMatchObject({ value: { state: 'failed', receipt: null } })
    const other = asked({ key: new Uint8Array(32).fill(10) })
    await payer.rail.pay(other, signal)
    await payer.desk.confirm(other.key, { kind: 'cash', text: '' })
    expect(payer.desk.refuse(other.key)).toMatchObject({ error: { code: 'conflict' } })
  })

  it('do not take the word of the payer for it', async () => {
    const { payer, payee, take } = openPair()
    await payer.rail.pay(asked(), signal)
    const confirmed = await payer.desk.confirm(asked().key, { kind: 'cash', text: '' })
    const receipt = confirmed.ok ? (confirmed.value.note ?? new Uint8Array()) : new Uint8Array()
    expect(await payee.rail.verifyReceipt(receipt, signal)).toMatchObject({ error: { code: 'not-confirmed' } })
    await take(asked({ amount: 4_000n }))
    expect(await payee.rail.verifyReceipt(receipt, signal)).toMatchObject({ error: { code: 'rail-lied' } })
  })

  it('do not count a note about somebody else, or money that somebody else brought', async () => {
    const { payer, payee, take } = openPair()
    const third = openDesk(3)
    await payer.rail.pay(asked({ to: third.rail.address }), signal)
    const elsewhere = await payer.desk.confirm(asked().key, { kind: 'cash', text: '' })
    const receipt = elsewhere.ok ? (elsewhere.value.note ?? new Uint8Array()) : new Uint8Array()
    expect(await payee.rail.verifyReceipt(receipt, signal)).toMatchObject({ error: { code: 'bad-receipt' } })
    await take(asked())
    await third.rail.pay(asked(), signal)
    const thirds = await third.desk.confirm(asked().key, { kind: 'cash', text: '' })
    const claimed = thirds.ok ? (thirds.value.note ?? new Uint8Array()) : new Uint8Array()
    expect(await payee.rail.verifyReceipt(claimed, signal)).toMatchObject({ error: { code: 'bad-receipt' } })
  })

  it('can erase who it was and in which words, and the signed note stays what it was', async () => {
    const { payer, take } = openPair()
    await payer.rail.pay(asked(), signal)
    const confirmed = await payer.desk.confirm(asked().key, { kind: 'barter', text: 'Ana, three crates of apples' })
    if (!confirmed.ok || confirmed.value.note === null || confirmed.value.words === null) throw new Error('no note')
    const { note, words } = confirmed.value
    const said = decodeDeskNote(note)
    const commitment = hasher.sha256(Buffer.concat([words.salt, Buffer.from(words.text)]))
    expect(said).toMatchObject({ value: { kind: 'barter', words: new Uint8Array(commitment) } })
    expect(Buffer.from(note).includes('apples')).toBe(false)
    expect(payer.desk.eraseWords(asked().key)).toBe(true)
    expect(payer.desk.eraseWords(asked().key)).toBe(false)
    expect(payer.desk.find(asked().key)).toMatchObject({ words: null, note })
    await take(asked())
    expect(await payer.rail.verifyReceipt(note, signal)).toMatchObject({ ok: true })
  })
})
