import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHandleDoor } from '#node/intake/handle-door.ts'
import { createAuthor } from '#node/stage/author.ts'
import { createRegistrar } from '#node/stage/registrar.ts'
import { createHandles } from '#node/store/handles.ts'
import { createViews } from '#node/store/views.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'
import { accepted, doorOver, dumpProjections, storeInMemory } from '#test/support/world.ts'

const [desk, ana, ben] = [0, 1, 2].map(testAuthor) as [TestAuthor, TestAuthor, TestAuthor]
const NOW_MS = 1_700_000_000_000
const draft = (type: string, seq: number, body: unknown) => ({
  type,
  community: desk.publicKey,
  seq,
  at: NOW_MS,
  body,
})
const claim = (by: TestAuthor, seq: number, handle: string) => signed(by, draft('engagement/handle', seq, { handle }))
const grant = (seq: number, of: Uint8Array, by = desk) =>
  signed(by, draft('engagement/grant', seq, { claim: accepted(of).id }))

/** The home of a community: its door, and its registrar as the stage joins them. */
function home() {
  const { db, store } = storeInMemory()
  const handles = createHandles(db)
  const { isBanned } = createViews(db)
  const { intake } = doorOver(desk.publicKey, {
    store,
    clock: { nowMs: () => NOW_MS },
    room: createHandleDoor(handles),
    appended: ({ event, known }) => registrar.heard(event, known),
  })
  const signer = { publicKey: desk.publicKey, sign: async (message: Uint8Array) => desk.sign(message) }
  const author = createAuthor({
    signer,
    store,
    intake,
    clock: { nowMs: () => NOW_MS },
    ledger: { account: () => null as never },
  })
  const registrar = createRegistrar({
    own: desk.publicKey,
    handles,
    isBanned,
    author,
    warn: cause => expect(cause).toBeNull(),
  })
  const submit = async (bytes: Uint8Array, kind: 'local' | 'sync' = 'local') => {
    const result = await intake.submit(bytes, kind === 'local' ? { kind } : { kind, peer: 'x' })
    return result.ok ? result.value : result.error
  }
  const of = (who: TestAuthor) => handles.of(desk.publicKey, who.publicKey)
  return { db, store, handles, registrar, submit, of }
}

describe('handles of a community', () => {
  it('are not given to keys that the community banned, however their claims came', async () => {
    const { submit, of, registrar } = home()
    const ban = { action: 'ban', target: ana.publicKey, reason: 'spam' }
    expect(await submit(signed(desk, draft('engagement/moderation', 1, ban)))).toMatchObject({ status: 'accepted' })
    expect(await submit(claim(ana, 1, 'lena'), 'sync')).toMatchObject({ status: 'accepted' })
    await registrar.settled()
    expect(of(ana)).toBeNull()
    expect(await submit(claim(ben, 1, 'lena'))).toMatchObject({ status: 'accepted' })
    await registrar.settled()
    expect(of(ben)).toBe('lena')
  })

  it('go to whoever asks first; the next is told so before anything is written', async () => {
    const { submit, of, registrar, store } = home()
    expect(await submit(claim(ana, 1, 'lena'))).toMatchObject({ status: 'accepted' })
    await registrar.settled()
    expect(of(ana)).toBe('lena')
    const before = store.nextSeq(desk.publicKey, ben.publicKey)
    expect(await submit(claim(ben, 1, '1ena'))).toMatchObject({
      code: 'taken',
      message: 'Somebody here is @1ena already, or bears a handle that looks like it. Choose another one.',
    })
    expect(await submit(claim(ben, 1, 'admin'))).toMatchObject({ code: 'bad-name' })
    expect(store.nextSeq(desk.publicKey, ben.publicKey)).toBe(before)
  })

  it('of two who ask in one moment, one is granted it', async () => {
    const { submit, of, registrar } = home()
    await Promise.all([submit(claim(ana, 1, 'lena')), submit(claim(ben, 1, 'lena'))])
    await registrar.settled()
    expect([of(ana), of(ben)].sort()).toEqual(['lena', null].sort())
  })

  it('are given up, and free for others; one key bears one', async () => {
    const { submit, of, registrar, handles } = home()
    await submit(claim(ana, 1, 'lena'))
    await submit(claim(ana, 2, 'lena_b'))
    await registrar.settled()
    expect(of(ana)).toBe('lena_b')
    await submit(claim(ben, 1, 'lena'))
    await submit(claim(ana, 3, ''))
    await registrar.settled()
    expect([of(ana), of(ben)]).toEqual([null, 'lena'])
    expect(handles.holder(desk.publicKey, 'lena_b')).toBeNull()
    expect(handles.asked(desk.publicKey, ana.publicKey)).toBe('')
  })

  it('that were claimed before a crash are granted after it', async () => {
    const { submit, of, registrar, store } = home()
    // What is durable when the process dies between the claim and the grant.
    store.append([accepted(claim(ana, 1, 'lena'))])
    registrar.catchUp()
    await registrar.settled()
    expect(of(ana)).toBe('lena')
    registrar.catchUp()
    await registrar.settled()
    expect(await submit(claim(ben, 1, 'lena'))).toMatchObject({ code: 'taken' })
  })

  it('go after a crash to whose claim came first, whatever its date, and however many were refused before', async () => {
    const { of, registrar, store } = home()
    const refused = Array.from({ length: 1_000 }, (_, place) => claim(testAuthor(1_000 + place), 1, 'admin'))
    const backdated = signed(ben, { ...draft('engagement/handle', 1, { handle: 'lena' }), at: NOW_MS - 60_000 })
    store.append([...refused, claim(ana, 1, 'lena'), backdated].map(accepted))
    registrar.catchUp()
    await registrar.settled()
    expect([of(ana), of(ben)]).toEqual(['lena', null])
  })

  it('cannot be taken from their bearers by claims that history brings, nor granted by anybody else', async () => {
    const { submit, of, registrar } = home()
    await submit(claim(ana, 1, 'lena'))
    await registrar.settled()
    const early = signed(ben, { ...draft('engagement/handle', 1, { handle: 'lena' }), at: 1 })
    expect(await submit(early, 'sync')).toMatchObject({ status: 'accepted' })
    expect(await submit(grant(9, early, ben), 'sync')).toMatchObject({ code: 'not-for-you' })
    await registrar.settled()
    expect([of(ana), of(ben)]).toEqual(['lena', null])
  })

  it('are the same at every stage, in whatever order claims and grants arrive', () => {
    const claims = [claim(ana, 1, 'lena'), claim(ben, 1, 'lena'), claim(ana, 2, ''), claim(ben, 2, 'ben')]
    const all = [...claims, ...claims.map((one, at) => grant(at + 1, one))].map(accepted)
    const dump = (order: readonly number[]) => {
      const { db, store } = storeInMemory()
      for (const at of order) store.append([all[at]!])
      const handles = createHandles(db)
      expect(handles.of(desk.publicKey, ana.publicKey)).toBeNull()
      expect(handles.of(desk.publicKey, ben.publicKey)).toBe('ben')
      return dumpProjections(db)
    }
    const indexes = all.map((_, at) => at)
    const first = dump(indexes)
    fc.assert(
      fc.property(fc.shuffledSubarray(indexes, { minLength: indexes.length }), order => {
        expect(dump(order)).toEqual(first)
      }),
      { numRuns: 30 },
    )
  })
})
