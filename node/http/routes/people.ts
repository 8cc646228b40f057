import { z } from 'zod'
import { HandleText, PersonHandle } from '#protocols/api/v1/people.ts'
import { Hex32 } from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'

/** Who is who in a community. */
export function peopleRoutes(app: App, { stage }: Context): void {
  app.get(
    '/people/:community/:key',
    { schema: { params: z.object({ community: Hex32, key: Hex32 }), response: { 200: PersonHandle } } },
    request => stage.people.person(request.params.community, request.params.key),
  )
  app.get(
    '/handles/:community/:handle',
    { schema: { params: z.object({ community: Hex32, handle: HandleText }), response: { 200: PersonHandle } } },
    request => stage.people.bearer(request.params.community, request.params.handle),
  )
}
