import { toString as asText } from 'uint8arrays/to-string'
import type { StageErrorCode } from '#node/errors.ts'
import type { Handles } from '#node/ports/handles.ts'
import { type HandleRefusal, judgeHandle } from '#src/identity/handle.ts'
import type { RoomDoor } from './room-door.ts'

const CODE: { readonly [K in HandleRefusal]: StageErrorCode } = {
  'bad-form': 'bad-name',
  reserved: 'bad-name',
  taken: 'taken',
}

const sentence = (refusal: HandleRefusal, handle: string): string => {
  if (refusal === 'bad-form') return 'A handle has 3 to 20 of a-z, 0-9 and _, a letter among them.'
  if (refusal === 'reserved') return `@${handle} would be taken for the people of this stage. Choose another handle.`
  return `Somebody here is @${handle} already, or bears a handle that looks like it. Choose another one.`
}

/** Says no to a claim that cannot be granted before anything is written. History and gossip are answered by grants alone. */
export const createHandleDoor =
  (handles: Pick<Handles, 'holder'>): RoomDoor =>
  ({ envelope: { community, author } }, known, source) => {
    if (known?.type !== 'engagement/handle' || source.kind !== 'local') return null
    const { handle } = known.body
    const holder = handle === '' ? null : handles.holder(community, handle)
    const refusal = judgeHandle(handle, asText(author, 'hex'), holder === null ? null : asText(holder, 'hex'))
    return refusal === null ? null : { code: CODE[refusal], message: sentence(refusal, handle), gossip: 'ignore' }
  }
