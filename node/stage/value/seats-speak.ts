import { equals } from 'uint8arrays/equals'
import type { LedgerFault, OwnLog, Registry } from '#node/ports/ledger.ts'
import type { Network } from '#node/ports/network.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'

export interface SeatsSpeakInit {
  readonly own: Uint8Array
  readonly ledger: Pick<OwnLog, 'peers'>
  readonly registry: Pick<Registry, 'committee' | 'epoch' | 'joined'>
  readonly network: Pick<Network, 'peers'>
  /** The community key of a peer id. */
  readonly keyOf: (peerId: string) => Uint8Array
}

const TOO_OLD: Result<never, LedgerFault> = err({
  code: 'seats-too-old',
  message:
    "Not all auditors of this community's log are known to understand payments between communities yet. Nothing was moved; try again when they run a newer version and are connected.",
})

/**
 * Whether entries of value between logs may be written: an auditor of an older version cannot read them, and would take the log
 * for one that breaks the rules. Once one is written, the question is decided.
 */
export function createSeatsSpeak({ own, ledger, registry, network, keyOf }: SeatsSpeakInit) {
  return (): Result<null, LedgerFault> => {
    if (!ledger.peers()[Symbol.iterator]().next().done) return ok(null)
    const joined = registry.joined(own)
    const committee = registry.committee(own, joined === null || joined > registry.epoch() ? 0 : registry.epoch())
    if (committee.total === 1) return ok(null)
    const peers = network
      .peers()
      .filter(({ refused }) => refused === null)
      .map(({ peerId, protocols }) => ({ key: keyOf(peerId), speaks: protocols.value !== undefined }))
    let weight = 0
    for (const seat of committee.seats) {
      const peer = peers.find(({ key }) => equals(key, seat.key))
      if (peer?.speaks === false) return TOO_OLD
      if (peer !== undefined) weight += seat.weight
    }
    return weight >= committee.quorum ? ok(null) : TOO_OLD
  }
}
