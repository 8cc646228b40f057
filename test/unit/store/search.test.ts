import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { isIndexMissing } from '#node/store/search.ts'
import { matches } from '#src/catalog/search-words.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const desk = testAuthor(0)
const ROOT = CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi')
const AT = 1_700_000_000_000
const idOf = (n: number) => n.toString(16).padStart(32, '0')

const track = (title: string, artist: string) => ({
  title,
  artist,
  durationMs: 1_000,
  isrc: null,
  iswc: null,
  original: { path: '01/one.ogg', mediaType: 'audio/ogg', bytes: 10 },
  plain: null,
  hls: null,
  renditions: [],
  loudness: null,
  waveform: new Uint8Array(0),
})

const release = (n: number, seq: number, title: string, artist: string, tracks: string[], description = '') =>
  signed(desk, {
    type: 'catalog/release',
    community: desk.publicKey,
    seq,
    at: AT + seq,
    body: {
      id: idOf(n),
      root: ROOT,
      title,
      artist,
      license: '',
      description,
      upc: null,
      cover: null,
      tracks: tracks.map(name => track(name, artist)),
      splits: [{ party: 'all', shares: 10_000 }],
      bytes: 10,
    },
  })

const profile = (seq: number, name: string, about: string) =>
  signed(desk, { type: 'catalog/community', community: desk.publicKey, seq, at: AT + seq, body: { name, about } })

const keys = (found: readonly { key: string }[]) => found.map(one => one.key)

describe('search', () => {
  const { db, store, views } = storeInMemory()
  store.append(
    [
      profile(1, 'Þórs Garden', 'Songs from the ice'),
      release(1, 2, 'Vespertine', 'Björk', ['Hidden Place', 'Cocoon']),
      release(2, 3, 'Lanterns', 'Sample Quartet', ['Björk is a birch'], 'recorded in a garden'),
      release(3, 4, 'اردو گیت', 'نمونہ', ['پہلا']),
    ].map(accepted),
  )

  it('finds a name by its beginning, with or without its marks', () => {
    expect(keys(views.search('bjor'))).toEqual([idOf(1), idOf(2)])
    expect(keys(views.search('BJÖRK'))).toEqual([idOf(1), idOf(2)])
    expect(keys(views.search('گیت'))).toEqual([idOf(3)])
  })

  it('puts names before track titles, and those before descriptions', () => {
    expect(views.search('garden')).toEqual([
      { kind: 'community', key: expect.any(String) },
      { kind: 'release', key: idOf(2) },
    ])
  })

  it('wants every word', () => {
    expect(keys(views.search('bjork cocoon'))).toEqual([idOf(1)])
    expect(views.search('bjork lighthouse')).toEqual([])
  })

  it('takes whatever somebody types for words, never for a query language', () => {
    for (const query of ['"', '*', 'NEAR(', 'name:x', "'; DROP TABLE search; --", 'a"b', '((', '-', '\u0000', '^x'])
      expect(() => views.search(query)).not.toThrow()
    expect(views.search('OR')).toEqual([])
    expect(views.search('   ')).toEqual([])
  })

  it('follows amendments, whichever came first', () => {
    const [early, late] = [
      release(9, 10, 'Working title', 'Trio', ['One']),
      release(9, 11, 'Evergreen', 'Trio', ['One']),
    ]
    for (const order of [
      [early, late],
      [late, early],
    ]) {
      const other = storeInMemory()
      other.store.append(order.map(accepted))
      expect(keys(other.views.search('evergreen'))).toEqual([idOf(9)])
      expect(other.views.search('working')).toEqual([])
    }
  })

  it('is made again by a rebuild, also for a folder that had no index', () => {
    const before = views.search('garden')
    expect(isIndexMissing(db)).toBe(false)
    db.exec('DELETE FROM search; DELETE FROM search_docs')
    expect(isIndexMissing(db)).toBe(true)
    views.rebuild()
    expect(views.search('garden')).toEqual(before)
  })

  it('names the tracks that match', () => {
    expect(matches('bjor', 'Björk is a birch')).toBe(true)
    expect(matches('ork', 'Björk')).toBe(false)
  })
})
