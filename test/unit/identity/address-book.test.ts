import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AddressBook, openAddressBook } from '#node/p2p/address-book/address-book.ts'
import { BACKOFF_CAP_MS, BACKOFF_FIRST_MS, backoffMs } from '#node/p2p/address-book/backoff.ts'
import { createRedialler } from '#node/p2p/address-book/redialler.ts'

let dir: string
let file: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bandstand-book-'))
  file = join(dir, 'p2p', 'address-book.json')
})

afterEach(async () => {
  await rm(dir, { recursive: true, force: true, maxRetries: 5 })
})

const reopened = async (book: AddressBook): Promise<AddressBook> => {
  await book.flush()
  return openAddressBook(file)
}

describe('the address book', () => {
  it('remembers addresses and whom we follow over a restart, newest address first', async () => {
    const book = await openAddressBook(file)
    book.follow('alice', ['/ip4/10.0.0.1/tcp/1'])
    book.record('alice', ['/ip4/10.0.0.2/tcp/2', '/ip4/10.0.0.1/tcp/1'])
    book.record('bob', ['/ip4/10.0.0.3/tcp/3/ws'])
    const again = await reopened(book)
    expect(again.get('alice')).toEqual({
      peerId: 'alice',
      followed: true,
      addresses: ['/ip4/10.0.0.2/tcp/2', '/ip4/10.0.0.1/tcp/1'],
    })
    expect(again.followed().map(({ peerId }) => peerId)).toEqual(['alice'])
    again.unfollow('alice')
    expect((await reopened(again)).get('alice')).toBeUndefined()
  })

  it('keeps addresses without the peer id, and drops what is no address', async () => {
    const book = await openAddressBook(file)
    const id = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
    book.record('alice', [
      `/ip4/1.2.3.4/tcp/1/p2p/${id}`,
      'nonsense',
      `/ip4/1.2.3.4/tcp/2/p2p/${id}/p2p-circuit`,
      `/p2p/${id}`,
    ])
    expect(book.get('alice')?.addresses).toEqual(['/ip4/1.2.3.4/tcp/1', `/ip4/1.2.3.4/tcp/2/p2p/${id}/p2p-circuit`])
  })

  it('keeps at most sixteen addresses a stage, and strangers go first when it is full', async () => {
    const book = await openAddressBook(file)
    book.follow('friend', ['/ip4/1.1.1.1/tcp/1'])
    for (let i = 0; i < 40; i++) book.record('busy', [`/ip4/10.0.0.1/tcp/${i + 1}`])
    expect(book.get('busy')?.addresses).toHaveLength(16)
    expect(book.get('busy')?.addresses[0]).toBe('/ip4/10.0.0.1/tcp/40')
    for (let i = 0; i < 1_100; i++) book.record(`stranger ${i}`, ['/ip4/10.0.0.1/tcp/1'])
    expect(book.get('friend')).toBeDefined()
    expect(book.get('stranger 0')).toBeUndefined()
    expect((await reopened(book)).get('stranger 1099')).toBeDefined()
  })

  it.each([['{"version":1,'], ['{"version":2,"stages":[]}'], ['[]'], ['{"version":1,"stages":[{"peerId":5}]}']])(
    'sets a damaged file aside and starts anew: %s',
    async text => {
      await mkdir(join(dir, 'p2p'))
      await writeFile(file, text)
      const book = await openAddressBook(file)
      expect(book.followed()).toEqual([])
      expect(await readFile(`${file}.damaged`, 'utf8')).toBe(text)
    },
  )

  it('leaves no temporary file, and says so when it cannot be saved', async () => {
    const book = await openAddressBook(file)
    book.follow('alice')
    await book.flush()
    expect(await readdir(join(dir, 'p2p'))).toEqual(['address-book.json'])
    await rm(join(dir, 'p2p'), { recursive: true })
    await writeFile(join(dir, 'p2p'), 'a file where the folder was')
    book.follow('bob')
    await expect(book.flush()).rejects.toMatchObject({ code: 'data-folder-unusable' })
    expect(book.get('bob')).toBeDefined()
  })
})

describe('waiting between dials', () => {
  it('doubles up to the cap and is never shorter than half of it', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const wait = backoffMs(failures, random)
        const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_FIRST_MS * 2 ** failures)
        expect(wait).toBeGreaterThanOrEqual(Math.floor(ceiling / 2))
        expect(wait).toBeLessThanOrEqual(Math.ceil(ceiling))
      }),
    )
  })

  it('tries a lost stage again, later after each failure, and not while it is connected or once it is unfollowed', async () => {
    const book = await openAddressBook(file)
    book.follow('alice')
    let [now, online, connected] = [1_000, false, false]
    const dials: number[] = []
    const dial = async (): Promise<void> => {
      dials.push(now)
      if (!online) throw new Error('nobody there')
      connected = true
    }
    const redialler = createRedialler({ book, isConnected: () => connected, dial, random: () => 0.5, nowMs: () => now })
    // Each start sweeps once; the clock is ours.
    const sweep = async (atMs: number): Promise<void> => {
      now = atMs
      redialler.start()
      redialler.stop()
      await new Promise(resolve => setImmediate(resolve))
    }
    for (let at = 1_000; at <= 20_000; at += 250) await sweep(at)
    const gaps = dials.slice(1).map((at, index) => at - (dials[index] ?? 0))
    expect(dials.length).toBeGreaterThan(3)
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b))
    online = true
    await sweep(1_000_000)
    expect(connected).toBe(true)
    const count = dials.length
    await sweep(2_000_000)
    connected = false
    redialler.lost('alice')
    await sweep(2_000_001)
    expect(dials.length).toBe(count)
    await sweep(2_001_000)
    expect(dials.length).toBe(count + 1)
    connected = false
    book.unfollow('alice')
    await sweep(9_000_000)
    expect(dials.length).toBe(count + 1)
    await book.flush()
  })
})
