import { ENVELOPE_BYTES_MAX } from '#protocols/envelope/v1/constants.ts'
import { GOSSIP_MESSAGE_BYTES_MAX } from '#protocols/gossip/v1/constants.ts'
import type { Capabilities } from '#src/identity/negotiate.ts'

const VERSION_1 = { min: 1, max: 1 } as const

/** What this stage speaks, offers and requires. `software` is e.g. `bandstand/0.1.0`. */
export const stageCapabilities = (software: string): Capabilities => ({
  software,
  protocols: new Map([
    ['envelope', VERSION_1],
    ['catalog', VERSION_1],
    ['engagement', VERSION_1],
    ['ledger', VERSION_1],
    ['gossip', VERSION_1],
    ['sync', VERSION_1],
    ['blocks', VERSION_1],
    ['value', VERSION_1],
  ]),
  features: ['events', 'receipts', 'media', 'value'],
  // Without envelopes and sync there is nothing that two stages could tell each other.
  requires: ['envelope', 'sync'],
  limits: new Map([
    ['envelope-bytes', ENVELOPE_BYTES_MAX],
    ['gossip-bytes', GOSSIP_MESSAGE_BYTES_MAX],
  ]),
})
