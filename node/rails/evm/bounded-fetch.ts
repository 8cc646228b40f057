/** An answer with a page of a registry or the events of one payment is far below it. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024

/** `fetch` that stops reading a body that does not end. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'error' })
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > ANSWER_BYTES_MAX) throw new Error('The answer is too long.')
    parts.push(part)
  }
  return new Response(Buffer.concat(parts), { status: response.status, headers: response.headers })
}
