import * as z from 'zod/mini'

const Id = z.int().check(z.minimum(0))
const Release = z.string().check(z.regex(/^[0-9a-f]{32}$/))
const Key = z.string().check(z.regex(/^[a-z0-9-]{1,32}$/))

/** What a guest part may ask for. Whether it is granted is another question. */
const Call = z.discriminatedUnion('call', [
  z.object({ call: z.literal('stage') }),
  z.object({ call: z.literal('releases') }),
  z.object({ call: z.literal('player') }),
  z.object({ call: z.literal('play'), release: Release }),
  z.object({ call: z.literal('toggle') }),
  z.object({ call: z.literal('next') }),
  z.object({ call: z.literal('chat') }),
  z.object({ call: z.literal('navigate'), path: z.string().check(z.maxLength(200), z.regex(/^\/(?!\/)/)) }),
  z.object({ call: z.literal('remember'), key: Key, value: z.string().check(z.maxLength(4_000)) }),
  z.object({ call: z.literal('recall'), key: Key }),
])

/** Everything that a guest part may say. Anything else is dropped. */
const FromGuest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('pong'), n: Id }),
  z.object({ type: z.literal('height'), px: z.int().check(z.minimum(0), z.maximum(4_000)) }),
  z.object({ type: z.literal('call'), id: Id, ask: Call }),
])

export type GuestCall = z.infer<typeof Call>
export type GuestMessage = z.infer<typeof FromGuest>

/** Null for whatever is not a message of this protocol. */
export function readMessage(data: unknown): GuestMessage | null {
  const read = FromGuest.safeParse(data)
  return read.success ? read.data : null
}
