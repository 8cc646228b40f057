import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Rail, RailPayment, RailRequest } from '#node/ports/rails.ts'
import { err, ok } from '#protocols/codec/result.ts'
import { settlingWorld } from '#test/support/settling-world.ts'

const CASH = { kind: 'cash', text: '' } as const
let world: ReturnType<typeof settlingWorld>
beforeEach(() => {
  world = settlingWorld()
})
afterEach(() => world.close())

const states = (id: Uint8Array) =>
  [world.debtor, world.creditor].map(side => side.settling.list(9).find(row => Buffer.compare(row.id, id) === 0)?.state)

/** Nothing was lost: what one log says is what the other says, and the money moved at most once. */
function expectBooks(owed: bigint): void {
  expect(world.debtor.log.balance).toBe(owed)
  expect(world.creditor.log.balance).toBe(-owed)
}

describe('a settlement at the cash desk', () => {
  it('is in both logs once both desks said so, and the debt is gone', async () => {
    const { id, state } = await world.propose()
    expect(state).toBe('paying')
    expect((await world.debtor.settling.confirm(id, CASH)).said).toMatch(/nobody at this desk has said yet/)
    expect(states(id)).toEqual(['paid', 'asked'])
    expectBooks(50_000_000_000n)
    // The creditor brings the signed note back: the debtor need not ask again.
    await world.creditor.settling.confirm(id, CASH)
    expect(states(id)).toEqual(['settled', 'settled'])
    expectBooks(0n)
    expect(world.creditor.log.entered).toEqual(world.debtor.log.entered)
  })

  it('is refused where nothing, or less, is owed, and while another one is under way', async () => {
    await expect(world.propose({ amount: 5_001n })).rejects.toThrow('does not owe that much')
    await expect(world.propose({ amount: 0n })).rejects.toThrow('more than zero')
    await expect(world.propose({ amount: -5n })).rejects.toThrow('more than zero')
    await expect(world.propose({ rail: 'gold' })).rejects.toThrow('no rail "gold" here. Set up: cash')
    await world.propose()
    await expect(world.propose({ amount: 1n })).rejects.toThrow('still under way')
  })

  it('pays and confirms nothing that a netting which is signed, not complete, strikes out', async () => {
    world.struckOut = 20_000_000_000n
    await expect(world.propose({ amount: 3_001n })).rejects.toThrow('signed, not complete')
    const { id } = await world.propose({ amount: 3_000n })
    world.struckOut = 20_000_000_001n
    await world.debtor.settling.confirm(id, CASH)
    await world.creditor.settling.confirm(id, CASH)
    expect(world.creditor.settling.list(1)[0]?.said).toMatch(/signed, not complete/)
    expect(states(id)).toEqual(['paid', 'asked'])
    world.struckOut = null
    await world.debtor.settling.resume()
    expect(states(id)).toEqual(['settled', 'settled'])
    expectBooks(20_000_000_000n)
  })

  it('can be given up while nobody has signed, and the next one has the same number', async () => {
    const first = await world.propose()
    expect((await world.debtor.settling.refuse(first.id)).state).toBe('failed')
    const second = await world.propose()
    expect(second.number).toBe(first.number)
    await world.debtor.settling.confirm(second.id, CASH)
    await expect(world.debtor.settling.refuse(second.id)).rejects.toThrow('past the point')
  })

  it('signs nothing while the pair is frozen, and goes on when the dispute is over', async () => {
    const { id } = await world.propose()
    world.creditor.log.frozen = true
    await world.debtor.settling.confirm(id, CASH)
    expect(world.debtor.settling.list(1)[0]?.said).toMatch(/dispute to settle first/)
    expect(states(id)).toEqual(['paid', undefined])
    world.creditor.log.frozen = false
    world.debtor.log.frozen = true
    await world.debtor.settling.resume()
    expect(world.debtor.settling.list(1)[0]?.said).toMatch(/froze/)
    world.debtor.log.frozen = false
    await world.debtor.settling.resume()
    await world.creditor.settling.confirm(id, CASH)
    await world.debtor.settling.resume()
    expectBooks(0n)
    await expect(
      Promise.resolve().then(() => {
        world.debtor.log.frozen = true
        return world.propose({ amount: 1n })
      }),
    ).rejects.toThrow('frozen')
  })

  it('comes to the same end whatever is lost, repeated or cut off between two steps', async () => {
    const { id } = await world.propose()
    const lost = { ok: false, error: { code: 'peer-unreachable', message: 'Nobody answers.' } } as const
    // The question is lost, then the answer, then everything arrives twice.
    world.wire = async () => lost
    await world.debtor.settling.confirm(id, CASH)
    world.debtor.restart()
    world.wire = async deliver => {
      await deliver()
      return lost
    }
    await world.debtor.settling.resume()
    world.creditor.restart()
    world.wire = async () => lost
    await world.creditor.settling.confirm(id, CASH)
    await world.debtor.settling.resume()
    expect(states(id)).toEqual(['paid', 'settled'])
    world.wire = async deliver => {
      await deliver()
      return deliver()
    }
    world.debtor.log.crash = new Error('the power went')
    await world.debtor.settling.resume()
    expect(states(id)).toEqual(['signed', 'settled'])
    expect(world.failures).toHaveLength(1)
    world.debtor.restart()
    await world.debtor.settling.resume()
    await world.debtor.settling.resume()
    expect(states(id)).toEqual(['settled', 'settled'])
    expectBooks(0n)
    expect(world.debtor.log.entered).toHaveLength(1)
    expect(world.creditor.log.entered).toHaveLength(1)
  })

  it('signs no second note with a number that it signed already, whatever its log could take by then', async () => {
    const first = await world.propose({ amount: 2_000n })
    await world.debtor.settling.confirm(first.id, CASH)
    world.creditor.log.crash = new Error('the log stands still')
    await expect(world.creditor.settling.confirm(first.id, CASH)).rejects.toThrow('stands still')
    expect(states(first.id)).toEqual(['paid', 'signed'])
    // A debtor that forgot what it signed proposes the same number with other terms.
    const second = settlingWorld()
    second.wire = (_deliver, request) => world.creditor.settling.taken(world.debtor.key, request)
    const again = await second.propose({ amount: 3_000n })
    const told = await second.debtor.settling.confirm(again.id, CASH)
    expect(told.said).toMatch(/Settlement 1 is signed already, with other terms/)
    second.close()
  })

  it('takes from a creditor nothing but the very note that it was shown, signed', async () => {
    const { id } = await world.propose()
    world.wire = async () => ok(new Uint8Array(100))
    await world.debtor.settling.confirm(id, CASH)
    expect(world.debtor.settling.list(1)[0]).toMatchObject({ state: 'paid' })
    expect(world.debtor.settling.list(1)[0]?.said).toMatch(/something else than the signed note/)
    expectBooks(50_000_000_000n)
  })

  it('takes from a debtor no note of others, none unsigned, and none with another receipt', async () => {
    const { id } = await world.propose()
    world.wire = async () => err({ code: 'peer-unreachable', message: 'Nobody answers.' })
    await world.debtor.settling.confirm(id, CASH)
    const { note, receipt } = world.debtor.settling.list(1)[0] ?? {}
    if (note == null || receipt == null) throw new Error('nothing was signed')
    const { settling, key } = world.creditor
    const code = async (peer: Uint8Array, shown: { note: Uint8Array; receipt: Uint8Array }) => {
      const answer = await settling.taken(peer, shown)
      return answer.ok ? 'ok' : answer.error.code
    }
    expect(await code(key, { note, receipt })).toBe('wrong-party')
    expect(await code(world.debtor.key, { note, receipt: new Uint8Array(9) })).toBe('bad-receipt')
    expect(await code(world.debtor.key, { note: new Uint8Array(9), receipt })).toBe('bad-message')
    // Ends with the debtor's signature and null for the creditor's.
    // A note that comes back to its debtor counts only with the creditor's signature under it.
    const back = await world.debtor.settling.taken(key, { note, receipt })
    expect(back).toMatchObject({ error: { code: 'not-confirmed' } })
    expect(states(id)[0]).toBe('paid')
    const forged = Uint8Array.from(note)
    forged[forged.length - 2] = (forged[forged.length - 2] ?? 0) ^ 1
    expect(await code(world.debtor.key, { note: forged, receipt })).toBe('bad-signature')
    expect(settling.list(9)).toEqual([])
    expect(await code(world.debtor.key, { note, receipt })).toBe('not-confirmed')
  })
})

/** A rail that does what a test tells it to. */
class OddRail implements Rail {
  readonly id = 'odd'
  readonly about = 'odd'
  readonly address = 'till'
  calls = 0
  answers: (request: RailRequest) => Partial<RailPayment> | Promise<never> = () => ({ state: 'pending' })
  proven: Awaited<ReturnType<Rail['verifyReceipt']>> = err({ code: 'bad-receipt', message: 'It is none.' })
  async quote() {
    return ok({ fee: 0n, takesMs: null, expiry: 1 })
  }
  async pay(request: RailRequest) {
    this.calls++
    return ok({
      key: request.key,
      receipt: null,
      state: 'pending',
      note: 'On its way.',
      ...(await this.answers(request)),
    } as const)
  }
  async status() {
    return ok(null)
  }
  async verifyReceipt() {
    return this.proven
  }
}

describe('a settlement over a rail that', () => {
  let rail: OddRail
  beforeEach(() => {
    world.close()
    rail = new OddRail()
    world = settlingWorld([rail])
  })
  const receipt = Uint8Array.of(1, 2, 3)
  const about = (id: Uint8Array, over: object = {}) =>
    ok({ to: 'till', amount: 5_000n, code: 'EUR', scale: 2, memo: id, at: 1, ...over })
  const proposed = () => world.propose({ rail: 'odd', payee: 'till' })

  it('confirms at once is in both logs at once', async () => {
    rail.answers = ({ memo }) => {
      rail.proven = about(memo)
      return { state: 'confirmed', receipt }
    }
    expect(await proposed()).toMatchObject({ state: 'settled' })
    expectBooks(0n)
  })

  it('fails without a word, or does not know: nothing is signed, and it is asked again under the same key', async () => {
    const keys: string[] = []
    rail.answers = ({ key }) => {
      keys.push(Buffer.from(key).toString('hex'))
      return Promise.reject(new Error('connection reset'))
    }
    const { id } = await proposed()
    expect(world.debtor.settling.list(1)[0]?.said).toBe('The rail failed: connection reset.')
    rail.answers = ({ key }) => {
      keys.push(Buffer.from(key).toString('hex'))
      return { state: 'unknown', note: 'Sent; nobody knows yet.' }
    }
    await world.debtor.settling.resume()
    expect(states(id)).toEqual(['paying', undefined])
    expect(new Set(keys).size).toBe(1)
    expect(keys).toHaveLength(2)
  })

  it('lies about what it paid convinces neither side', async () => {
    rail.answers = ({ memo }) => {
      rail.proven = about(memo, { amount: 4_999n })
      return { state: 'confirmed', receipt }
    }
    const { id } = await proposed()
    expect(world.debtor.settling.list(1)[0]?.said).toMatch(/receipt is about something else/)
    expect(states(id)).toEqual(['paying', undefined])
    // The payer's own rail says yes, that of the payee knows better.
    rail.answers = () => ({ state: 'confirmed', receipt })
    rail.proven = about(id)
    const lied = about(id, { to: 'somebody' })
    world.wire = async deliver => {
      rail.proven = lied
      return deliver()
    }
    await world.debtor.settling.resume()
    expect(states(id)).toEqual(['paid', 'asked'])
    expect(world.debtor.settling.list(1)[0]?.said).toMatch(/about something else than this debt/)
    expectBooks(50_000_000_000n)
  })

  it('says that it did not pay ends it, and nothing moved', async () => {
    rail.answers = () => ({ state: 'failed', note: 'The account is empty.' })
    expect(await proposed()).toMatchObject({ state: 'failed', said: 'The account is empty.' })
    expectBooks(50_000_000_000n)
  })
})
