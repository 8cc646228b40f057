import type { Credit, Draft, ReleaseFields } from './draft.ts'
import type { Row } from './split-math.ts'

/** A release being prepared, as it is kept on this device. Files are not: the stage has what was sent of them. */
export interface KeptDraft {
  readonly fields: ReleaseFields
  readonly rows: readonly Row[]
  readonly tracks: readonly KeptTrack[]
  readonly cover: { readonly name: string; readonly bytes: number; readonly id: string | null } | null
}

interface KeptTrack extends Pick<Draft, 'title' | 'artist' | 'isrc' | 'durationMs' | 'captions'> {
  readonly credits: readonly Credit[]
  readonly name: string
  readonly bytes: number
  readonly sentBytes: number
  readonly id: string | null
}

const KEY = 'bandstand-draft-1'

export function keepDraft(draft: KeptDraft | null): void {
  try {
    if (draft === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, JSON.stringify(draft))
  } catch {
    // Full or switched off: the page works without, and a reload begins anew.
  }
}

export const keptTrack = ({ upload, title, artist, isrc, credits, captions, durationMs }: Draft): KeptTrack => ({
  title,
  artist,
  isrc,
  credits,
  captions,
  durationMs,
  name: upload.name,
  bytes: upload.bytes,
  sentBytes: upload.sentBytes,
  id: upload.id,
})

export function keptDraft(): KeptDraft | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as KeptDraft | null
    return kept !== null && Array.isArray(kept.tracks) && Array.isArray(kept.rows) && kept.tracks.length > 0
      ? kept
      : null
  } catch {
    return null
  }
}
