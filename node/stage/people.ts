import { StageError } from '#node/errors.ts'
import type { Handles } from '#node/ports/handles.ts'
import type { PeopleApi } from '#node/ports/people.ts'
import { hex, key32 } from './keys.ts'

/** What a page is told of a person: the handle of a key, and the key of a handle. */
export function createPeople(handles: Handles): PeopleApi {
  return {
    person(community, key) {
      const [place, person] = [key32(community, 'A community'), key32(key, 'A key')]
      const [handle, asked] = [handles.of(place, person), handles.asked(place, person)]
      return { key, handle, asked: asked === (handle ?? '') ? null : asked }
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
