import type { PublishRequest } from '#protocols/api/v1/schemas.ts'
import type { Draft } from './track-row.ts'

export interface Prepared {
  readonly drafts: readonly Draft[]
  readonly coverUpload: string | null
  readonly splits: PublishRequest['splits'] & object
  readonly price: NonNullable<PublishRequest['price']> | null
}

/** What is sent to the stage: fields left empty are left out, so that the files' own tags speak. */
export function publishRequest(form: FormData, { drafts, coverUpload, splits, price }: Prepared): PublishRequest {
  const optional = (name: string, value: string) => (value === '' ? {} : { [name]: value })
  const field = (name: string) => optional(name, String(form.get(name) ?? '').trim())
  return {
    tracks: drafts.map(({ upload, title, isrc }) => ({
      upload: upload.id ?? '',
      ...optional('title', title.trim()),
      ...optional('isrc', isrc.trim()),
    })),
    ...field('license'),
    ...field('title'),
    ...field('artist'),
    ...field('description'),
    ...field('upc'),
    ...optional('coverUpload', coverUpload ?? ''),
    ...(splits.length === 0 ? {} : { splits }),
    ...(price === null ? {} : { price }),
  }
}
