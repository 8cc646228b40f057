import type { PersonHandle } from '#protocols/api/v1/people.ts'

/** Every method throws `StageError` for a refusal. Handles are claimed with events, as everything that is said. */
export interface PeopleApi {
  person(community: string, key: string): PersonHandle
  /** By the exact handle. */
  bearer(community: string, handle: string): PersonHandle
}
