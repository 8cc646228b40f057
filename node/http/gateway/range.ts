import type { Span } from './read.ts'

export type RangeAnswer = Span | 'whole' | 'unsatisfiable'

/** Longer lists serve nobody who plays something; a server may ignore them (RFC 9110 section 14.2). */
const RANGE_CHARS_MAX = 400

/**
 * Reads a `Range` header for a file of `size` bytes (RFC 9110 section 14). Of several ranges the first satisfiable one is
 * served, which a client must accept. A header that is not a byte range is ignored, as the RFC asks.
 */
export function parseRange(header: string | undefined, size: number): RangeAnswer {
  if (header === undefined || header.length > RANGE_CHARS_MAX) return 'whole'
  const list = /^bytes=(.*)$/i.exec(header.trim())?.[1]
  if (list === undefined) return 'whole'
  let satisfiable: Span | undefined
  for (const item of list.split(',')) {
    const match = /^(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/.exec(item.trim())
    if (match === null) return 'whole'
    const [, first, last, suffix] = match
    if (first !== undefined && last !== undefined && Number(last) < Number(first)) return 'whole'
    satisfiable ??= toSpan(first, last, suffix, size)
  }
  return satisfiable ?? 'unsatisfiable'
}

function toSpan(first: string | undefined, last: string | undefined, suffix: string | undefined, size: number) {
  const from = first === undefined ? Math.max(0, size - Number(suffix)) : Number(first)
  const to = Math.min(size - 1, last === undefined ? size - 1 : Number(last))
  return from < size && from <= to && suffix !== '0' ? { from, to } : undefined
}

/** `entity-bytes=from:to` of the trustless gateway (IPIP-402): negative counts from the end, `*` is the end. */
export function parseEntityBytes(text: string): ((size: number) => Span | null) | null {
  const match = /^(-?\d{1,15}):(-?\d{1,15}|\*)$/.exec(text)
  if (match === null) return null
  const [from, to] = [Number(match[1]), match[2] === '*' ? null : Number(match[2])]
  return size => {
    const start = from < 0 ? Math.max(0, size + from) : from
    const end = to === null ? size - 1 : Math.min(size - 1, to < 0 ? size + to : to)
    return start <= end ? { from: start, to: end } : null
  }
}
