import { fromString } from 'uint8arrays/from-string'
import type { Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import type { Track } from '#protocols/catalog/v1/codec.ts'
import { matches } from '#src/catalog/search-words.ts'
import type { Catalog } from './catalog.ts'

const TRACKS_MAX = 5

/** What is found of what is shown here: own and followed communities, and nothing that was taken down. */
export function createSearchCall(views: Views, catalog: Catalog) {
  const tracks = (query: string, all: readonly Track[]) =>
    all
      .map(({ title, artist }, index) => ({ index, title, artist }))
      .filter(({ title, artist }) => matches(query, `${title} ${artist}`))
      .slice(0, TRACKS_MAX)
      .map(({ index, title }) => ({ index, title }))

  return async (query: string, limit: number): Promise<api.SearchResult> => {
    const found = views.search(query)
    const rows = found
      .filter(({ kind }) => kind === 'release')
      .map(({ key }) => views.release(key))
      .filter(row => row !== null)
      .filter(row => catalog.isHeld(row.community))
      .slice(0, limit)
    const releases = rows.map(async row => ({
      ...(await catalog.summary(row)),
      tracks: tracks(query, row.manifest.tracks),
    }))
    const communities = found
      .filter(({ kind }) => kind === 'community')
      .map(({ key }) => fromString(key, 'hex'))
      .filter(key => catalog.isHeld(key))
      .slice(0, limit)
      .map(key => catalog.community(key))
    return { releases: await Promise.all(releases), communities }
  }
}
