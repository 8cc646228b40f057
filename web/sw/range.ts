const FORM = /^bytes=(\d*)-(\d*)$/

/**
 * The asked part of a kept file: media elements ask for ranges, and a cache keeps whole answers (RFC 9110 section 14). What is no
 * single range is answered whole.
 */
export async function partOf(request: Request, whole: Response): Promise<Response> {
  const match = FORM.exec(request.headers.get('range') ?? '')
  const [, first = '', last = ''] = match ?? []
  if (first === '' && last === '') return whole
  const blob = await whole.blob()
  const start = first === '' ? Math.max(0, blob.size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? blob.size - 1 : Math.min(Number(last), blob.size - 1)
  if (start > end) return new Response(null, { status: 416, headers: { 'content-range': `bytes */${blob.size}` } })
  const headers = new Headers(whole.headers)
  headers.set('content-range', `bytes ${start}-${end}/${blob.size}`)
  headers.set('content-length', String(end - start + 1))
  return new Response(blob.slice(start, end + 1, blob.type), { status: 206, headers })
}
