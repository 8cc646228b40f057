import type { Network } from '../../ports/network.ts'
import type { Handshake } from './handshake.ts'

export type PeerListener = Parameters<Network['onPeer']>[0]

/** Which stages are there: connected, and agreed with, on at least one connection. */
export interface Presence {
  has(peerId: string): boolean
  /** Called when a stage comes and when its last connection goes. Answers the way to stop it. */
  onPeer(listener: PeerListener): () => void
}

export function createPresence(handshake: Handshake): Presence {
  const present = new Set<string>()
  const listeners = new Set<PeerListener>()

  const isThere = (peerId: string): boolean => {
    for (const { connection, outcome } of handshake.sessions())
      if (outcome?.ok === true && connection.remotePeer.toString() === peerId) return true
    return false
  }

  handshake.onChange(({ connection, outcome }) => {
    if (outcome?.ok !== true) return
    const peerId = connection.remotePeer.toString()
    const there = isThere(peerId)
    if (there === present.has(peerId)) return
    if (there) present.add(peerId)
    else present.delete(peerId)
    for (const listener of [...listeners]) listener(outcome.value.hello.key, there)
  })

  return {
    has: peerId => present.has(peerId),
    onPeer: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
