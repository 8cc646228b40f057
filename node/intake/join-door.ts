import { equals } from 'uint8arrays/equals'
import type { Rejection } from '#node/ports/intake.ts'
import { type Joining, whyNotIn } from '#src/engagement/joining.ts'
import type { RoomDoor } from './room-door.ts'

export interface JoinDoorInit {
  readonly own: Uint8Array
  readonly joining: () => Joining
  /** Whether this key was let in, moderates, or said something here before. */
  readonly isKnown: (key: Uint8Array) => boolean
}

const SENTENCES: Readonly<Record<Exclude<Joining, 'everyone'>, string>> = {
  invited: 'This community takes part by invitation. Open the link of an invite on this device, then say it again.',
  nobody: 'This community takes nobody new at the moment. You can listen and read.',
}

/** Judges who may say something for the first time. What other stages bring was judged where it was said. */
export function createJoinDoor({ own, joining, isKnown }: JoinDoorInit): RoomDoor {
  return ({ envelope: { community, author, type } }, _known, source): Rejection | null => {
    if (source.kind !== 'local' || !equals(community, own) || equals(author, community)) return null
    const why = whyNotIn(joining(), { type, known: () => isKnown(author) })
    return why === null ? null : { code: 'invite-needed', message: SENTENCES[why], gossip: 'ignore' }
  }
}
