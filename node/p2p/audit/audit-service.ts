import type { Libp2p } from '@libp2p/interface'
import type { AuditPeers } from '#node/ports/audit.ts'
import { AUDIT_PROTOCOL } from '#protocols/audit/v1/constants.ts'
import { createAuditClient } from './client.ts'
import { STREAMS_PER_PEER_MAX } from './limits.ts'
import { AuditServer, type AuditServerModules } from './server.ts'

export interface AuditServiceOptions extends Omit<AuditServerModules, 'allow' | 'warn'> {
  readonly libp2p: Libp2p
  /** Whether a peer (its id as text) is served at all; everybody unless said otherwise. */
  readonly allow?: (peer: string) => boolean
  /** Told of what broke here while it was judged. */
  readonly warn?: (cause: unknown) => void
}

/** The committee's conversations: this stage as a seat for others, and others as seats for this stage's log. */
export interface AuditService {
  readonly peers: AuditPeers
  start(): Promise<void>
  /** Ends every conversation. */
  stop(): Promise<void>
}

export function createAuditService({ libp2p, ...options }: AuditServiceOptions): AuditService {
  const stopping = new AbortController()
  const { allow = () => true, warn = () => {} } = options
  const server = new AuditServer({ ...options, allow, warn })
  return {
    peers: createAuditClient(libp2p, stopping.signal),
    start: () =>
      libp2p.handle(AUDIT_PROTOCOL, (stream, connection) => server.accept(stream, connection), {
        maxInboundStreams: STREAMS_PER_PEER_MAX,
        maxOutboundStreams: STREAMS_PER_PEER_MAX,
      }),
    async stop() {
      stopping.abort()
      await libp2p.unhandle(AUDIT_PROTOCOL)
      server.stop()
    },
  }
}
