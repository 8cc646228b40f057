import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import type { TestCall } from '#node/ports/conformance.ts'

/** A conversation on one stream: what the dialler sent, and what came back, chunk by chunk, each with its length prefixes. */
export interface Conversation {
  readonly protocol: string
  readonly asked: readonly Uint8Array[]
  readonly answered: readonly Uint8Array[]
}

/** What `record.ts` wrote. */
export function readTranscript(name: string): { readonly version: string; readonly streams: readonly Conversation[] } {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8')
  const { version, streams } = JSON.parse(text) as {
    version: string
    streams: { protocol: string; asked: string[]; answered: string[] }[]
  }
  const bytes = (chunks: readonly string[]): Uint8Array[] => chunks.map(hex => fromString(hex, 'hex'))
  const conversations = streams.map(one => ({
    protocol: one.protocol,
    asked: bytes(one.asked),
    answered: bytes(one.answered),
  }))
  return { version, streams: conversations }
}

/** The messages in chunks of a stream, without their length prefixes. */
export function messagesIn(chunks: readonly Uint8Array[]): Uint8Array[] {
  const all = Buffer.concat(chunks)
  const messages: Uint8Array[] = []
  for (let at = 0; at < all.length; ) {
    let [length, shift] = [0, 0]
    for (let byte = 0x80; byte & 0x80; shift += 7) {
      byte = all[at++] ?? 0
      length += (byte & 0x7f) * 2 ** shift
    }
    messages.push(new Uint8Array(all.subarray(at, at + length)))
    at += length
  }
  return messages
}

/** Says again what the dialler said, to the byte, and waits for as many answers as came then; these answers. */
export async function replay(call: TestCall, { protocol, asked, answered }: Conversation): Promise<Uint8Array[]> {
  const stream = await call.open(protocol)
  const wanted = messagesIn(answered).length
  const answers: Uint8Array[] = []
  for (const chunk of asked) {
    stream.raw(chunk)
    if (answers.length >= wanted) continue
    const frame = await stream.read()
    if (frame === null) break
    answers.push(frame)
  }
  stream.drop()
  return answers
}
