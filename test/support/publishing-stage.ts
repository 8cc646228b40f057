import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { StageError } from '#node/errors.ts'
import { verifier } from '#node/identity/crypto-ports.ts'
import { createArchive } from '#node/jobs/archive.ts'
import type { PublisherParts } from '#node/jobs/ports.ts'
import { createPublisher, type Publisher } from '#node/jobs/publisher.ts'
import { createMediaTools } from '#node/media/media-tools.ts'
import type { Vault } from '#node/p2p/blocks/vault.ts'
import type { Archive } from '#node/ports/publishing.ts'
import type { Shelf } from '#node/ports/shelf.ts'
import type { JobInfo, PublishRequest } from '#protocols/api/v1/schemas.ts'
import { type ReleaseManifest, releaseManifest } from '#protocols/catalog/v1/codec.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { signed, testAuthor } from './author.ts'
import { openVaultShelf } from './vault-shelf.ts'

export interface PublishingStage {
  readonly publisher: Publisher
  readonly archive: Archive
  readonly shelf: Shelf
  readonly vault: Vault
  /** Accepted envelopes by release id: what the door has appended. */
  readonly published: Map<string, Uint8Array>
  /** Ids that are taken down: accepted again, they stay so. */
  readonly withdrawn: Set<string>
  readonly told: JobInfo[]
  readonly defects: unknown[]
  /** Puts a file where a finished upload would be; resolves to its id. */
  upload(file: string, name?: string): Promise<string>
  uploads(): Promise<string[]>
  /** Publishes and waits for the end of the job. */
  run(request: PublishRequest): Promise<JobInfo>
  manifest(id: string): ReleaseManifest
  /** Everything that jobs have on disk beside the vault. */
  leftovers(): Promise<string[]>
  close(): Promise<void>
}

/** Publishing and archives on a real block store in `dir`, with the door reduced to a map. May be opened again. */
export async function openPublishingStage(dir: string, change: Partial<PublisherParts> = {}): Promise<PublishingStage> {
  const author = testAuthor(1)
  const { shelf, vault } = await openVaultShelf(path.join(dir, 'blocks'))
  const uploadDir = path.join(dir, 'uploads')
  await mkdir(uploadDir, { recursive: true })
  const names = new Map<string, string>()
  const published = new Map<string, Uint8Array>()
  const withdrawn = new Set<string>()
  const told: JobInfo[] = []
  const defects: unknown[] = []
  const accept = (envelope: Uint8Array): void => {
    const decoded = decodeEnvelope(envelope)
    if (!decoded.ok) throw new StageError('bad-envelope', decoded.error.message)
    const { id } = releaseManifest(decoded.value.body, '')
    if (!withdrawn.has(id)) published.set(id, envelope)
  }
  const manifest = (id: string): ReleaseManifest => {
    const decoded = decodeEnvelope(published.get(id) ?? new Uint8Array(0))
    if (!decoded.ok) throw new StageError('not-found', 'There is no such release.')
    return releaseManifest(decoded.value.body, '')
  }
  const folder = path.join(dir, 'jobs')
  const publisher = await createPublisher(
    { folder },
    {
      media: await createMediaTools(),
      shelf,
      random: { bytes: length => randomBytes(length) },
      sealed: { keep: async () => {}, remove: async () => {} },
      offer: async () => undefined,
      uploads: {
        async resolve(id) {
          const file = path.join(uploadDir, id)
          const found = await stat(file).catch(() => null)
          if (found === null) throw new StageError('not-found', 'That upload does not exist any more.')
          return { file, name: names.get(id) ?? id, bytes: found.size }
        },
        discard: id => rm(path.join(uploadDir, id), { force: true }),
      },
      submit: async (type, body) =>
        accept(signed(author, { type, body, community: author.publicKey, seq: published.size + 1, at: 1_000 })),
      isPublished: id => published.has(id),
      onJob: job => told.push(job),
      onDefect: error => defects.push(error),
      ...change,
    },
  )
  const archive = createArchive(
    { folder },
    {
      shelf,
      verifier,
      find: id => ({ manifestEnvelope: published.get(id) ?? new Uint8Array(0), root: manifest(id).root }),
      submit: async envelope => accept(envelope),
    },
  )
  return {
    publisher,
    archive,
    shelf,
    vault,
    published,
    withdrawn,
    told,
    defects,
    manifest,
    async upload(file, name = path.basename(file)) {
      const id = randomBytes(16).toString('hex')
      await copyFile(file, path.join(uploadDir, id))
      names.set(id, name)
      return id
    },
    uploads: () => readdir(uploadDir),
    async run(request) {
      const { id } = publisher.publish(request)
      await publisher.idle()
      return publisher.job(id)
    },
    leftovers: async () =>
      (await readdir(folder, { recursive: true })).filter(name => name !== 'work' && name !== 'journals'),
    async close() {
      await publisher.stop()
      await vault.close()
    },
  }
}
