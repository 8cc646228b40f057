import { StageError } from '#node/errors.ts'
import type { CaptionsView } from '#node/ports/captions.ts'
import type { CaptionsApi } from '#node/ports/captions-api.ts'
import { readCaptions } from '#src/catalog/captions.ts'
import type { Author } from './author.ts'
import type { Catalog } from './catalog.ts'

/** Words in step with the music: what a page shows, and what an operator gives. */
export function createCaptionsCalls(init: {
  readonly captions: CaptionsView
  readonly catalog: Catalog
  readonly author: Author
}): CaptionsApi {
  const { captions, catalog, author } = init
  return {
    captions(release, track, language) {
      const { community } = catalog.find(release)
      const cues = captions.cues(release, community, track, language)
      if (cues === null) throw new StageError('not-found', 'Nobody gave the words of this track in that language.')
      return { language, cues: [...cues] }
    },
    async setCaptions(release, { track, language, text }) {
      const { community, manifest } = catalog.find(release)
      if (!catalog.isOwn(community))
        throw new StageError('not-for-you', 'That release belongs to another community: only it can give the words.')
      if (track >= manifest.tracks.length)
        throw new StageError('bad-request', 'That release has no such track.', { path: 'track' })
      const read = text === '' ? { ok: true as const, value: [] } : readCaptions(text)
      if (!read.ok) throw new StageError('bad-captions', read.error, { path: 'text' })
      await author.submit('catalog/captions', { release, track, language, cues: read.value })
    },
  }
}
