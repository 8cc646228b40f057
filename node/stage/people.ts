import { StageError } from '#node/errors.ts'
import type { Handles } from '#node/ports/handles.ts'
import type { PeopleApi } from '#node/ports/people.ts'
import type { Views } from '#node/ports/views.ts'
import { hex, key32 } from './keys.ts'

export interface PeopleInit {
  readonly handles: Handles
  readonly views: Pick<Views, 'isFan'>
  /** The own community and the followed ones. */
  readonly held: () => readonly Uint8Array[]
}

/** What a page is told of a person: the handle of a key, the key of a handle, and whom a fan follows. */
export function createPeople({ handles, views, held }: PeopleInit): PeopleApi {
  return {
    person(community, key) {
      const [place, person] = [key32(community, 'A community'), key32(key, 'A key')]
      const [handle, asked] = [handles.of(place, person), handles.asked(place, person)]
      return { key, handle, asked: asked === (handle ?? '') ? null : asked }
    },
    follows(key) {
      const fan = key32(key, 'A key')
      return held()
        .filter(community => views.isFan(community, fan))
        .map(hex)
    },
    bearer(community, handle) {
      const place = key32(community, 'A community')
      const key = handles.holder(place, handle)
      if (key === null || handles.of(place, key) !== handle)
        throw new StageError('not-found', `Nobody is @${handle} there.`)
      return { key: hex(key), handle, asked: null }
    },
  }
}
