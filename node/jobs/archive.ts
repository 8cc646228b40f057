import path from 'node:path'
import { StageError } from '#node/errors.ts'
import type { Archive } from '#node/ports/publishing.ts'
import { type ArchivedRelease, exportCar } from './archive-export.ts'
import { type ImportParts, importCar } from './archive-import.ts'
import { jobFolders } from './publish.ts'

export interface ArchiveParts extends Omit<ImportParts, 'journalFolder' | 'isPublished'> {
  /** The stored manifest of a release that is shown. Throws `StageError` 'not-found'. */
  readonly find: (releaseId: string) => ArchivedRelease
}

/** Export and import over the same folder as the publisher, which cleans up after a crash of either. */
export function createArchive(options: { folder: string }, parts: ArchiveParts): Archive {
  const journalFolder = path.resolve(jobFolders(options.folder).journals)
  const isPublished = (id: string): boolean => {
    try {
      parts.find(id)
      return true
    } catch (error) {
      if (error instanceof StageError && error.code === 'not-found') return false
      throw error
    }
  }
  return {
    exportCar: releases => exportCar(parts.shelf, releases.map(parts.find)),
    importCar: car => importCar(car, { ...parts, isPublished, journalFolder }),
  }
}
