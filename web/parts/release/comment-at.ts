import type { CommentInfo } from '#protocols/api/v1/schemas.ts'

/** A comment on a moment stays for so long, ms: time enough to read a line. */
const SHOWN_MS = 6_000

/** What somebody said about what is being heard now: of several the one whose moment came last. */
export function commentAt<C extends Pick<CommentInfo, 'track' | 'atMs'>>(
  comments: readonly C[],
  track: number,
  positionMs: number,
): C | null {
  const now = comments.filter(
    one => one.track === track && one.atMs !== null && one.atMs <= positionMs && positionMs < one.atMs + SHOWN_MS,
  )
  return now.reduce<C | null>((last, one) => (last === null || (one.atMs ?? 0) > (last.atMs ?? 0) ? one : last), null)
}
