import type { PeerRecord } from '#node/ports/network.ts'
import type { Refusal } from '#protocols/hello/v1/codec.ts'
import type { Handshake } from './handshake.ts'
import type { Session } from './sessions.ts'

/** Refused peers are gone at once; the latest are remembered so that a person can see why. */
const REFUSED_MAX = 32

const sentence = ({ code, message }: Refusal): string => (message === '' ? code : `${code}: ${message}`)

/** What was agreed with whom, once it is; of several connections the first agreed one stands for its peer. */
export function createPeerList(handshake: Handshake): { peers(): PeerRecord[] } {
  const refused = new Map<string, PeerRecord>()

  handshake.onChange((session, change) => {
    if (change !== 'settled' || session.outcome === null) return
    const record = recordOf(session)
    refused.delete(record.peerId)
    if (session.outcome.ok || !session.outcome.error.code.match(WORTH_SHOWING)) return
    refused.set(record.peerId, record)
    const oldest = refused.keys().next().value
    if (refused.size > REFUSED_MAX && oldest !== undefined) refused.delete(oldest)
  })

  return {
    peers: () => {
      const records = new Map(refused)
      for (const session of handshake.sessions()) {
        if (session.outcome === null) continue
        const record = recordOf(session)
        if (records.get(record.peerId)?.refused !== null) records.set(record.peerId, record)
      }
      return [...records.values()]
    },
  }
}

/** A connection that closed early, or a node of the wider network, was not refused anything. */
const WORTH_SHOWING = /^(?!closed$|not-a-stage$)/

function recordOf({ connection, outcome }: Session): PeerRecord {
  const agreed = outcome?.ok === true ? outcome.value : null
  const versions = [...(agreed?.agreement.protocols ?? [])].map(([name, version]) => [name, String(version)])
  return {
    peerId: connection.remotePeer.toString(),
    address: connection.remoteAddr.toString(),
    direction: connection.direction,
    name: agreed === null || agreed.hello.head.name === '' ? null : agreed.hello.head.name,
    software: agreed?.hello.software ?? null,
    protocols: Object.fromEntries(versions),
    features: agreed?.agreement.features ?? [],
    clockSkewMs: agreed?.clockSkewMs ?? null,
    refused: outcome === null || outcome.ok ? null : sentence(outcome.error),
    latencyMs: connection.rtt ?? null,
  }
}
