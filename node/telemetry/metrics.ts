import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** What a stage counts about itself, for `/metrics`. No label carries a person's key, address or words. */
export interface Metrics {
  readonly registry: Registry
  /** `outcome`: accepted, known, or the code of the refusal. `source`: local, gossip or sync. */
  readonly intake: Counter<'source' | 'outcome'>
  readonly peers: Gauge
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
    peers: new Gauge({ name: 'bandstand_peers', help: 'Connected stages', registers }),
    storageBytes: new Gauge({
      name: 'bandstand_storage_bytes',
      help: 'Bytes on disk: own or cached media',
      labelNames: ['kind'],
      registers,
    }),
  }
}
