import { StageError, type StageErrorCode } from '#node/errors.ts'
import type { PublishRequest } from '#protocols/api/v1/schemas.ts'
import type { Cue } from '#protocols/catalog/v1/captions.ts'
import type { Share } from '#protocols/catalog/v1/codec.ts'
import { CREDIT_NAME_MAX, CREDIT_ROLE_MAX, type Credit } from '#protocols/catalog/v1/credits.ts'
import type { Result } from '#protocols/codec/result.ts'
import { readCaptions } from '#src/catalog/captions.ts'
import { normaliseIsrc, normaliseIswc, normaliseUpc } from '#src/catalog/identifiers.ts'
import { checkSplits } from '#src/catalog/splits.ts'
import { cleanLine, cleanText } from './words.ts'

export interface CheckedTrack {
  readonly upload: string
  readonly title: string | null
  readonly isrc: string | null
  readonly iswc: string | null
  readonly credits: readonly Credit[]
  /** Words in step with the music; `null` = none. */
  readonly captions: { readonly language: string; readonly cues: readonly Cue[] } | null
}

/** A publish request whose every word is known to fit the manifest. `null` = take it from the file, or the default. */
export interface CheckedRequest {
  readonly tracks: readonly CheckedTrack[]
  readonly title: string | null
  readonly artist: string | null
  readonly license: string
  readonly description: string
  readonly upc: string | null
  readonly coverUpload: string | null
  readonly splits: readonly Share[] | null
  /** Minor units; `null` = free, and the originals are for everybody. */
  readonly price: AskedPrice | null
}

export interface AskedPrice {
  readonly stream: bigint
  readonly download: bigint | null
}

/** Amounts are unsigned 64-bit integers on the wire. */
function priceOf(price: PublishRequest['price']): AskedPrice | null {
  if (price === undefined) return null
  const [stream, download] = [BigInt(price.stream), price.download === null ? null : BigInt(price.download)]
  if (stream >= 2n ** 64n || (download ?? 0n) >= 2n ** 64n)
    throw new StageError('bad-request', 'That price is more than can be counted.', { path: 'price' })
  return stream === 0n && download === null ? null : { stream, download }
}

/** All tracks together: more does not fit one event. */
const CREDITS_MAX = 400

function creditsOf(credits: PublishRequest['tracks'][number]['credits']): Credit[] {
  return (credits ?? []).flatMap(({ name, role }) => {
    const [who, what] = [cleanLine(name, CREDIT_NAME_MAX), cleanLine(role, CREDIT_ROLE_MAX)]
    return who === null || what === null ? [] : [{ name: who, role: what }]
  })
}

const LICENSE_UNITS_MAX = 100
const DESCRIPTION_UNITS_MAX = 4_000

function must<T>(result: Result<T, string>, code: StageErrorCode, path: string): T {
  if (!result.ok) throw new StageError(code, result.error, { path })
  return result.value
}

function identifier(
  input: string | undefined,
  normalise: (text: string) => Result<string, string>,
  path: string,
): string | null {
  return input === undefined || input.trim() === '' ? null : must(normalise(input), 'bad-identifier', path)
}

/** Checks everything that needs no file. Throws 'bad-splits' or 'bad-identifier' naming the field, or 'bad-request'. */
export function checkRequest(request: PublishRequest): CheckedRequest {
  if (request.tracks.length === 0) throw new StageError('bad-request', 'Choose at least one file.', { path: 'tracks' })
  const { splits } = request
  if (request.tracks.reduce((sum, { credits }) => sum + (credits?.length ?? 0), 0) > CREDITS_MAX)
    throw new StageError('too-large', `A release names at most ${CREDITS_MAX} people over all tracks.`, {
      path: 'credits',
    })
  return {
    tracks: request.tracks.map(({ upload, title, isrc, iswc, credits, captions }, index) => ({
      upload,
      title: cleanLine(title),
      isrc: identifier(isrc, normaliseIsrc, `tracks[${index}].isrc`),
      iswc: identifier(iswc, normaliseIswc, `tracks[${index}].iswc`),
      credits: creditsOf(credits),
      captions:
        captions === undefined
          ? null
          : {
              language: captions.language,
              cues: must(readCaptions(captions.text), 'bad-captions', `tracks[${index}].captions`),
            },
    })),
    title: cleanLine(request.title),
    artist: cleanLine(request.artist),
    license: cleanLine(request.license, LICENSE_UNITS_MAX) ?? '',
    description: cleanText(request.description ?? '', DESCRIPTION_UNITS_MAX),
    upc: identifier(request.upc, normaliseUpc, 'upc'),
    coverUpload: request.coverUpload ?? null,
    splits: splits === undefined || splits.length === 0 ? null : must(checkSplits(splits), 'bad-splits', 'splits'),
    price: priceOf(request.price),
  }
}
