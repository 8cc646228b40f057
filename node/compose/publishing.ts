import { join } from 'node:path'
import { createUploads } from '../http/uploads.ts'
import { createArchive } from '../jobs/archive.ts'
import { createPublisher } from '../jobs/publisher.ts'
import { createMediaTools } from '../media/media-tools.ts'
import { shelfOf } from '../p2p/helia/shelf.ts'
import { unwrap } from '../stage/author.ts'
import type { Door } from './door.ts'
import type { Cleanup, Foundation } from './foundation.ts'

/** From an uploaded file to a release that the community signed, and releases as files. */
export async function openPublishing(base: Foundation, door: Door, cleanup: Cleanup) {
  const { views, live, log, random, verifier } = base
  const { dataDir } = base.settings
  const shelf = shelfOf(base.helia)
  const folder = join(dataDir, 'jobs')
  const [uploads, media] = await Promise.all([createUploads(join(dataDir, 'uploads')), createMediaTools()])
  cleanup.defer(() => uploads.close())
  // A crash between keeping the originals back and publishing leaves a folder that no release names.
  await base.sealed.sweep(id => views.release(id) !== null)
  const publishing = await createPublisher(
    { folder },
    {
      media,
      shelf,
      uploads,
      random,
      sealed: base.sealed,
      offer: (release, { stream, download }) =>
        door.author.submit('catalog/offer', {
          release,
          code: base.asset.code,
          scale: base.asset.scale,
          stream,
          download,
        }),
      submit: (type, body) => door.author.submit(type, body),
      isPublished: id => views.release(id) !== null,
      onJob: job => live.emit({ event: 'job', data: job }),
      onDefect: error => log.error({ err: error }, 'publishing failed'),
    },
  )
  cleanup.defer(() => publishing.stop())
  const archive = createArchive(
    { folder },
    {
      shelf,
      verifier,
      find: id => {
        const { root } = door.catalog.find(id).manifest
        return { root, manifestEnvelope: views.releaseEnvelope(id) ?? new Uint8Array() }
      },
      submit: async envelope => unwrap(await door.intake.submit(envelope, { kind: 'sync', peer: 'archive' })),
    },
  )
  return { uploads, media, shelf, publishing, archive }
}
