import path from 'node:path'
import type { Archive } from '#node/ports/publishing.ts'
import { type ArchivedRelease, exportCar } from './archive-export.ts'
import { type ImportParts, importCar } from './archive-import.ts'
import { jobFolders } from './publish.ts'

export interface ArchiveParts extends Omit<ImportParts, 'journalFolder'> {
  /** The stored manifest of a release. Throws `StageError` 'not-found'. */
  readonly find: (releaseId: string) => ArchivedRelease
}

/** Export and import over the same folder as the publisher, which cleans up after a crash of either. */
export function createArchive(options: { folder: string }, parts: ArchiveParts): Archive {
  const journalFolder = path.resolve(jobFolders(options.folder).journals)
  return {
    exportCar: releases => exportCar(parts.shelf, releases.map(parts.find)),
    importCar: car => importCar(car, { ...parts, journalFolder }),
  }
}
