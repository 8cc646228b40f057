import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'

const Query = z.object({ q: z.string().min(1).max(200), limit: z.coerce.number().int().min(1).max(50).default(20) })

/** Search across this stage and the ones that it follows. */
export function searchRoutes(app: App, { stage }: Context): void {
  app.get('/search', { schema: { querystring: Query, response: { 200: api.SearchResult } } }, request =>
    stage.search(request.query.q, request.query.limit),
  )
}
