import type { StageInfo, StorageInfo } from '#protocols/api/v1/schemas.ts'
import type { SetSettings, StageSettings } from '#protocols/api/v1/settings.ts'
import type { Weighed } from '#src/delivery/hours.ts'
import type { PartContext } from '#web/kit/mod.ts'

/** What was typed and not sent yet, by field. */
export type Draft = Readonly<Record<string, string>>

/** What a question is asked with. */
export interface Asked {
  readonly ctx: PartContext
  readonly stage: StageInfo
  readonly settings: StageSettings
  readonly storage: StorageInfo | null
  /** Releases that are here, for what an hour of music takes. */
  readonly weighed: readonly Weighed[]
  readonly draft: Draft
  readonly set: (field: string, value: string) => void
}

/** One thing that an operator decides, in plain words: asked in the first run, and open to change on the desk. */
export interface Question {
  readonly name: string
  /** English; the page's words are looked up when it is shown. */
  readonly title: string
  readonly lede: (asked: Asked) => unknown
  readonly fields: (asked: Asked) => unknown
  /** What to send; null: nothing was changed. Throws a sentence when the answer cannot be read. */
  readonly answer: (asked: Asked) => SetSettings | null
}

/** What stands in a field now. */
export const standing = ({ draft }: Asked, field: string, otherwise: string): string => draft[field] ?? otherwise

export const typed =
  ({ set }: Asked, field: string) =>
  (event: Event): void =>
    set(field, (event.target as HTMLInputElement).value)
