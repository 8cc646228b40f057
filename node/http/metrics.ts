import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { App } from './options.ts'

/** Upper bounds in seconds: from an answer out of memory to one a person gives up on. */
const LATENCY_BUCKETS_S = [0.002, 0.01, 0.05, 0.25, 1, 5, 30]

/** Counts requests by route pattern, never by what somebody asked for. */
export function countRequests(app: App, registry: Registry, liveClients: () => number): void {
  const registers = [registry]
  const requests = new Counter({
    name: 'bandstand_http_requests_total',
    help: 'Answered requests, by route and status',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'bandstand_http_request_seconds',
    help: 'From the first byte of a request to the last of its answer, by route',
    labelNames: ['route'],
    buckets: LATENCY_BUCKETS_S,
    registers,
  })
  new Gauge({
    name: 'bandstand_http_live_clients',
    help: 'Pages that listen to live updates',
    registers,
    collect() {
      this.set(liveClients())
    },
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'page'
    requests.inc({ method: request.method, route, status: reply.statusCode })
    seconds.observe({ route }, reply.elapsedTime / 1000)
  })
}
