import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Upper bounds in seconds: from one event-loop turn to a request that a person would give up on. */
const LATENCY_BUCKETS_S = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]

/** What a stage counts about itself, for `/metrics`. No label carries a person's key, address or words. */
export interface Metrics {
  readonly registry: Registry
  /** `outcome`: accepted, known, or the code of the refusal. `source`: local, gossip or sync. */
  readonly intake: Counter<'source' | 'outcome'>
  readonly intakeSeconds: Histogram<'source'>
  readonly peers: Gauge
  /** `direction`: in or out. */
  readonly blockBytes: Counter<'direction'>
  readonly storageBytes: Gauge<'kind'>
}

/** A registry of its own per stage, so that several stages can live in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    intake: new Counter({
      name: 'bandstand_intake_total',
      help: 'Events that came to the one door, by source and outcome',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    intakeSeconds: new Histogram({
      name: 'bandstand_intake_seconds',
      help: 'From bytes to durable, by source',
      labelNames: ['source'],
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    peers: new Gauge({ name: 'bandstand_peers', help: 'Connected stages', registers }),
    blockBytes: new Counter({
      name: 'bandstand_block_bytes_total',
      help: 'Media moved between stages',
      labelNames: ['direction'],
      registers,
    }),
    storageBytes: new Gauge({
      name: 'bandstand_storage_bytes',
      help: 'Bytes on disk: own or cached media',
      labelNames: ['kind'],
      registers,
    }),
  }
}
