import { t } from '#web/kit/words.ts'
import { type CoverDraft, type Draft, type ReleaseFields, unfinished } from './draft.ts'
import { keepDraft, keptDraft, keptTrack } from './kept-draft.ts'
import { LICENSES } from './licenses.ts'
import { readTags, type Tags } from './read-tags.ts'
import type { Row } from './split-math.ts'
import { isThere, startState, startUpload, type UploadHandle, type UploadState } from './uploads.ts'

const AUDIO = /\.(flac|wav|aiff?|mp3|m4a|aac|ogg|oga|opus|webm|wma|caf)$/i
const EMPTY_ROW: Row = { party: '', percent: '' }
const NO_FIELDS: ReleaseFields = { title: '', artist: '', license: LICENSES[0]?.[0] ?? '', description: '', upc: '' }

interface Host {
  requestUpdate(): void
  say(sentence: string): void
}

/** The release being prepared: its files on their way, and what was typed. Survives a reload. */
export class DraftBoard {
  drafts: readonly Draft[] = []
  cover: CoverDraft | null = null
  rows: readonly Row[] = [EMPTY_ROW]
  fields: ReleaseFields = NO_FIELDS
  /** What came back after a reload, in a sentence. */
  restored: string | null = null
  readonly #host: Host
  readonly #handles = new Map<number, UploadHandle>()
  /** Fields that somebody went to: tags that are read later say nothing there. */
  readonly #touched = new Set<keyof ReleaseFields>()
  #next = 1

  constructor(host: Host) {
    this.#host = host
  }

  get waits(): boolean {
    return this.drafts.some(draft => unfinished(draft.upload)) || unfinished(this.cover?.upload)
  }

  #changed(): void {
    const { fields, rows, drafts, cover } = this
    const upload = cover?.upload
    keepDraft(
      drafts.length === 0
        ? null
        : {
            fields,
            rows,
            tracks: drafts.map(keptTrack),
            cover: upload == null ? null : { name: upload.name, bytes: upload.bytes, id: upload.id },
          },
    )
    this.#host.requestUpdate()
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      if (file.type.startsWith('image/')) void this.#setCover(file)
      else if (file.type.startsWith('audio/') || AUDIO.test(file.name)) this.#addTrack(file)
      else
        this.#host.say(
          t`${file.name} is neither sound nor an image. Audio files such as FLAC, WAV, MP3 or Ogg can be published.`,
        )
    }
  }

  #addTrack(file: File): void {
    if (file.size === 0) {
      this.#host.say(t`${file.name} is empty. Check that it was copied completely.`)
      return
    }
    // Chosen again after a reload: the row is there, with what was typed.
    const waiting = this.drafts.find(
      ({ upload }) => upload.phase === 'missing' && upload.name === file.name && upload.bytes === file.size,
    )
    const key = waiting?.key ?? this.#next++
    if (waiting === undefined) {
      const empty = { title: '', artist: '', isrc: '', credits: [], captions: null, durationMs: 0 }
      this.drafts = [...this.drafts, { key, upload: startState(file), ...empty }]
    }
    this.#handles.set(
      key,
      startUpload(file, upload => this.patch(key, { upload })),
    )
    void readTags(file).then(tags => this.#take(key, tags))
    this.#changed()
  }

  /** Tags fill what nobody typed. */
  #take(key: number, tags: Tags): void {
    const draft = this.drafts.find(one => one.key === key)
    if (draft === undefined) return
    const { title, artist, isrc, durationMs } = tags
    this.patch(key, {
      title: draft.title || title,
      artist: draft.artist || artist,
      isrc: draft.isrc || isrc,
      durationMs: draft.durationMs || durationMs,
    })
    const alone = this.drafts.length === 1
    const found = { artist, title: tags.album || (alone ? title : '') }
    for (const name of ['artist', 'title'] as const)
      if (this.fields[name] === '' && !this.#touched.has(name)) this.setFields({ [name]: found[name] })
    if (tags.cover !== null && this.cover === null) {
      this.cover = { name: t`From the file’s tags`, preview: URL.createObjectURL(tags.cover), upload: null }
      this.#changed()
    }
  }

  async #setCover(file: File): Promise<void> {
    const picture = await createImageBitmap(file).catch(() => null)
    if (picture === null)
      return this.#host.say(t`${file.name} is no picture that can be shown. Use a JPEG, PNG or WebP as the cover.`)
    picture.close()
    this.#releasePreview()
    const preview = URL.createObjectURL(file)
    startUpload(file, upload => {
      this.cover = { name: file.name, preview, upload }
      if (upload.problem !== null) this.#host.say(upload.problem)
      this.#changed()
    })
  }

  #releasePreview(): void {
    const old = this.cover?.preview
    if (old != null) URL.revokeObjectURL(old)
  }

  patch(key: number, change: Partial<Draft>): void {
    this.drafts = this.drafts.map(draft => (draft.key === key ? { ...draft, ...change } : draft))
    this.#changed()
  }

  touch(field: keyof ReleaseFields): void {
    this.#touched.add(field)
  }

  setFields(change: Partial<ReleaseFields>): void {
    this.fields = { ...this.fields, ...change }
    this.#changed()
  }

  setRows(rows: readonly Row[]): void {
    this.rows = rows
    this.#changed()
  }

  pause(key: number): void {
    this.#handles.get(key)?.pause()
  }

  resume(key: number): void {
    this.#handles.get(key)?.resume()
  }

  remove(key: number): void {
    this.#handles.get(key)?.cancel()
    this.#handles.delete(key)
    this.drafts = this.drafts.filter(draft => draft.key !== key)
    this.#changed()
  }

  /** The credits of one track, on every track. */
  copyCredits({ credits }: Draft): void {
    this.drafts = this.drafts.map(draft => ({ ...draft, credits }))
    this.#changed()
  }

  move(key: number, by: -1 | 1): void {
    const at = this.drafts.findIndex(draft => draft.key === key)
    const [draft, other] = [this.drafts[at], this.drafts[at + by]]
    if (draft === undefined || other === undefined) return
    this.drafts = this.drafts.with(at, other).with(at + by, draft)
    this.#changed()
  }

  clear(): void {
    this.#releasePreview()
    this.drafts = []
    this.cover = null
    this.rows = [EMPTY_ROW]
    this.fields = NO_FIELDS
    this.restored = null
    this.#handles.clear()
    this.#touched.clear()
    this.#changed()
  }

  /** What was being prepared when the page was left. Files that had arrived are there, others are asked for again. */
  async restore(): Promise<void> {
    const kept = keptDraft()
    if (kept === null || this.drafts.length > 0) return
    const uploadOf = async (file: {
      name: string
      bytes: number
      id: string | null
      sentBytes?: number
    }): Promise<UploadState> => {
      const there = file.id !== null && (await isThere(file.id).catch(() => false))
      const state = startState({ name: file.name, size: file.bytes })
      return there
        ? { ...state, phase: 'done', sentBytes: file.bytes, id: file.id }
        : { ...state, phase: 'missing', sentBytes: file.id === null ? (file.sentBytes ?? 0) : 0 }
    }
    const uploads = await Promise.all(kept.tracks.map(uploadOf))
    const cover = kept.cover === null ? null : await uploadOf(kept.cover)
    if (this.drafts.length > 0) return
    this.fields = { ...NO_FIELDS, ...kept.fields }
    this.rows = kept.rows
    this.drafts = kept.tracks.map(({ title, artist, isrc, credits, captions, durationMs }, at) => ({
      key: this.#next++,
      upload: uploads[at] as UploadState,
      title,
      artist,
      isrc,
      credits,
      captions: captions ?? null,
      durationMs,
    }))
    this.cover = cover?.id == null ? null : { name: cover.name, preview: null, upload: cover }
    this.restored = uploads.some(upload => upload.phase === 'missing')
      ? t`This is what you were preparing. Choose the files again that had not arrived whole: they go on where they stopped.`
      : t`This is what you were preparing. All files are there.`
    this.#changed()
  }
}
