import type { CID } from 'multiformats/cid'

/** Content under a CID never changes. */
export const IMMUTABLE = 'public, max-age=29030400, immutable'
/** A listing is our rendering of content, which a new version may render differently. */
export const LISTING_CACHE = 'public, max-age=604800, stale-while-revalidate=2678400'

/**
 * Content by anyone is shown on the origin of the stage's own page. `sandbox` gives a document an opaque origin without
 * scripts, forms or popups; the rest leaves it nothing to load but pictures, sound and its own styles.
 */
const CONTENT_POLICY = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "media-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Of every gateway answer, refusals included: other origins may read, since content is public to who knows its CID. */
export const GATEWAY_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'Content-Type, Range, User-Agent, X-Requested-With',
  'access-control-expose-headers':
    'Content-Length, Content-Range, X-Chunked-Output, X-Ipfs-Path, X-Ipfs-Roots, X-Stream-Output',
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': CONTENT_POLICY,
}

export const etagOf = (cid: CID, suffix = ''): string => `"${cid}${suffix}"`

/** RFC 9110 section 13.1.2: weak comparison, `*` matches anything. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some(tag => bare(tag) === bare(etag))
}

/** RFC 6266, with an ASCII name for old readers and RFC 8187 beside it. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\u0020-\u007e]|["\\%]/g, '_')
  const exact = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${exact}`
}
