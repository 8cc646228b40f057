import { randomUUID } from 'node:crypto'
import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { Shelf } from '#node/ports/shelf.ts'
import type { ImportResult } from '#protocols/api/v1/schemas.ts'
import { type ArchiveEntry, decodeArchive } from '#protocols/archive/v1/codec.ts'
import { ARCHIVE_BLOCKS_MAX, ARCHIVE_MANIFEST_BYTES_MAX, DAG_CBOR_CODE } from '#protocols/archive/v1/constants.ts'
import { releaseManifest } from '#protocols/catalog/v1/codec.ts'
import { attempt } from '#protocols/codec/dag-cbor.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { ENVELOPE_BYTES_MAX } from '#protocols/envelope/v1/constants.ts'
import type { Verifier } from '#src/kernel/ports.ts'
import { blockOf } from './archive-export.ts'
import { badArchive, readCar } from './car-reader.ts'
import { type Block, walk } from './dag.ts'
import { asStageError, requireSpace } from './disk.ts'
import { BlockJournal } from './journal.ts'

export interface ImportParts {
  readonly shelf: Shelf
  readonly verifier: Verifier
  /** Passes an envelope through the one door. Throws `StageError` when it is refused. */
  readonly submit: (envelope: Uint8Array) => Promise<unknown>
  /** Whether a release is shown: one that was taken down stays down, though its manifest is accepted. */
  readonly isPublished: (releaseId: string) => boolean
  /** The publisher's journal folder: a crash is cleaned up at the next start. */
  readonly journalFolder: string
}

interface ImportedRelease {
  readonly id: string
  readonly root: CID
  readonly envelope: Uint8Array
}

/** Free disk is looked at once per this many bytes of archive. */
const SPACE_CHECK_BYTES = 64 * 1024 * 1024

/** A manifest as the archive brought it. Checks form, signature and that it names this very root. */
function checkManifest(entry: ArchiveEntry, envelopeBytes: Uint8Array, verifier: Verifier): ImportedRelease {
  if (envelopeBytes.length > ENVELOPE_BYTES_MAX) throw badArchive('a manifest is too large')
  const envelope = decodeEnvelope(envelopeBytes)
  if (!envelope.ok || envelope.value.type !== 'catalog/release') throw badArchive('a manifest cannot be read')
  const { author, type, payload, signature, body } = envelope.value
  if (!verifier.verify(author, signedBytes(type, payload), signature))
    throw badArchive('the signature of a manifest is wrong')
  const manifest = attempt(() => releaseManifest(body, ''))
  if (!manifest.ok) throw badArchive(`a manifest is malformed (${manifest.error.path})`)
  if (!manifest.value.root.equals(entry.root)) throw badArchive('a manifest names other files than the archive holds')
  return { id: manifest.value.id, root: entry.root, envelope: envelopeBytes }
}

/** Follows the one order that the format allows, so that nothing is missing and nothing is smuggled in. */
class Reading {
  readonly #blocks: AsyncGenerator<Block>
  readonly #seen = new Set<string>()
  readonly #journal: BlockJournal
  readonly #folder: string
  #sinceCheck = SPACE_CHECK_BYTES
  count = 0
  bytes = 0

  constructor(blocks: AsyncGenerator<Block>, journal: BlockJournal, folder: string) {
    this.#blocks = blocks
    this.#journal = journal
    this.#folder = folder
  }

  /** The next block, which must be this one. */
  async next(expected: CID): Promise<Uint8Array> {
    const { done, value } = await this.#blocks.next()
    if (done === true) throw badArchive('blocks are missing at its end')
    if (!value.cid.equals(expected)) throw badArchive('its blocks are not in the order of the format')
    if (!blockOf(value.cid.code, value.bytes).cid.equals(expected)) throw badArchive('a block does not match its hash')
    if (++this.count > ARCHIVE_BLOCKS_MAX) throw badArchive('it has too many blocks')
    this.bytes += value.bytes.length
    this.#sinceCheck += value.bytes.length
    if (this.#sinceCheck >= SPACE_CHECK_BYTES) {
      this.#sinceCheck = 0
      await requireSpace(this.#folder, SPACE_CHECK_BYTES)
    }
    return value.bytes
  }

  firstTime(cid: CID): boolean {
    const key = cid.toString()
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }

  /** Reads and stores a whole file tree. */
  async tree(root: CID): Promise<void> {
    for await (const { cid, bytes } of walk(root, this.#seen, cid => this.next(cid)))
      await this.#journal.put(cid, bytes)
  }

  async end(): Promise<void> {
    const { done } = await this.#blocks.next()
    if (done !== true) throw badArchive('it goes on after its last block')
  }
}

async function readReleases(reading: Reading, root: CID, verifier: Verifier): Promise<ImportedRelease[]> {
  if (root.code !== DAG_CBOR_CODE) throw badArchive('it is a CAR of something else')
  const archive = decodeArchive(await reading.next(root))
  if (!archive.ok) throw badArchive(`its list of releases is malformed: ${archive.error.message}`)
  const releases: ImportedRelease[] = []
  const envelopes = new Map<string, Uint8Array>()
  let manifestBytes = 0
  for (const entry of archive.value.releases) {
    const key = entry.manifest.toString()
    const envelope = reading.firstTime(entry.manifest) ? await reading.next(entry.manifest) : envelopes.get(key)
    if (envelope === undefined) throw badArchive('a manifest is also a media file')
    manifestBytes += envelope.length
    if (manifestBytes > ARCHIVE_MANIFEST_BYTES_MAX) throw badArchive('its manifests are too large together')
    envelopes.set(key, envelope)
    releases.push(checkManifest(entry, envelope, verifier))
    await reading.tree(entry.root)
  }
  await reading.end()
  return releases
}

/**
 * Reads an archive, verifies every block and signature, and only then lets the manifests through the door. All or
 * nothing: a refusal leaves the blockstore as it was. Releases that were taken down here are left out; 'conflict' when
 * all were. Throws 'bad-archive', 'disk-full', or what the door says.
 */
export async function importCar(source: AsyncIterable<Uint8Array>, parts: ImportParts): Promise<ImportResult> {
  const { shelf, journalFolder } = parts
  const journal = await BlockJournal.open(journalFolder, randomUUID(), shelf)
  const accepted: ImportedRelease[] = []
  try {
    const { root, blocks, close } = await readCar(source)
    const reading = new Reading(blocks, journal, journalFolder)
    try {
      const releases = await readReleases(reading, root, parts.verifier)
      for (const { id, root } of releases) await journal.pin(id, root)
      for (const release of releases) {
        await parts.submit(release.envelope)
        if (parts.isPublished(release.id)) accepted.push(release)
      }
      if (accepted.length === 0 && releases.length > 0) throw takenDown()
      if (accepted.length === releases.length) journal.commit()
      else await journal.rollback(accepted.map(release => release.root))
    } finally {
      await close()
    }
    return { releases: accepted.map(({ id }) => id), blocks: reading.count, bytes: reading.bytes }
  } catch (cause) {
    await journal.rollback(accepted.map(release => release.root))
    throw describeRefusal(asStageError(cause), accepted.length)
  }
}

const takenDown = (): StageError =>
  new StageError(
    'conflict',
    'What this archive holds was taken down on this stage, and that is for good: publish the files again instead.',
  )

/** The door appends for good, so a refusal in the middle leaves the releases before it published: said, not hidden. */
function describeRefusal(error: unknown, acceptedCount: number): unknown {
  if (!(error instanceof StageError) || acceptedCount === 0) return error
  const message = `${error.message} ${acceptedCount} releases before it were imported and stay.`
  return new StageError(error.code, message, { cause: error })
}
