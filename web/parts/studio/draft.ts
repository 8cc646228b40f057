import type { UploadState } from './uploads.ts'

export interface Credit {
  readonly name: string
  /** One of `ROLES`, or the creator's own word. */
  readonly role: string
}

/** Words in step with a track, as they stand in the creator's file. */
export interface CaptionsDraft {
  readonly name: string
  /** BCP 47. */
  readonly language: string
  readonly text: string
}

/** One track being prepared: its upload, and what is known about it. */
export interface Draft {
  readonly key: number
  readonly upload: UploadState
  readonly title: string
  readonly artist: string
  readonly isrc: string
  readonly credits: readonly Credit[]
  readonly captions: CaptionsDraft | null
  /** 0 while it is not known. */
  readonly durationMs: number
}

/** What is said about the release as a whole, as typed. */
export interface ReleaseFields {
  readonly title: string
  readonly artist: string
  readonly license: string
  readonly description: string
  readonly upc: string
}

export interface CoverDraft {
  readonly name: string
  /** Object URL; null after a reload. */
  readonly preview: string | null
  /** Null for the picture inside a file: the stage reads that one itself. */
  readonly upload: UploadState | null
}

/** Whether publishing has to wait for it. */
export const unfinished = (upload: UploadState | null | undefined): boolean => upload != null && upload.id === null
