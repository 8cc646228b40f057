import type { PublishRequest } from '#protocols/api/v1/schemas.ts'
import type { Credit, Draft, ReleaseFields } from './draft.ts'

export interface Prepared {
  readonly drafts: readonly Draft[]
  readonly fields: ReleaseFields
  readonly coverUpload: string | null
  readonly splits: PublishRequest['splits'] & object
  readonly price: NonNullable<PublishRequest['price']> | null
}

/** Rows that were left empty say nothing. */
function named(all: readonly Credit[]): { credits?: Credit[] } {
  const credits = all
    .map(({ name, role }) => ({ name: name.trim(), role: role.trim() }))
    .filter(({ name, role }) => name !== '' && role !== '')
  return credits.length === 0 ? {} : { credits }
}

/** What is sent to the stage: fields left empty are left out, so that the files' own tags speak. */
export function publishRequest({ drafts, fields, coverUpload, splits, price }: Prepared): PublishRequest {
  const optional = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() })
  return {
    tracks: drafts.map(({ upload, title, isrc, credits, captions }) => ({
      upload: upload.id ?? '',
      ...optional('title', title),
      ...optional('isrc', isrc),
      ...named(credits),
      ...(captions === null ? {} : { captions: { language: captions.language, text: captions.text } }),
    })),
    ...optional('license', fields.license),
    ...optional('title', fields.title),
    ...optional('artist', fields.artist),
    ...optional('description', fields.description),
    ...optional('upc', fields.upc),
    ...optional('coverUpload', coverUpload ?? ''),
    ...(splits.length === 0 ? {} : { splits }),
    ...(price === null ? {} : { price }),
  }
}
