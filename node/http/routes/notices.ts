import { NoticesInfo, NoticesQuery } from '#protocols/api/v1/notices.ts'
import type { App, Context } from '../options.ts'

/** What happened that concerns a key. */
export function noticeRoutes(app: App, { stage, limits }: Context): void {
  app.get(
    '/notices',
    {
      config: { rateLimit: { max: limits.noticesPerMinute, timeWindow: '1 minute' } },
      schema: { querystring: NoticesQuery, response: { 200: NoticesInfo } },
    },
    request => stage.notices.of(request.query),
  )
}
