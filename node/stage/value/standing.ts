import type { OwnLog, Registry } from '#node/ports/ledger.ts'
import type { Network } from '#node/ports/network.ts'
import type { ValueAsk } from '#node/ports/value.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { type CreditLine, largestLoss } from '#src/value/line-policy.ts'
import { hex } from '../keys.ts'
import { standsAlone } from './admit-head.ts'
import { includes } from './keys-in.ts'
import type { Quoting } from './quoting.ts'

export interface StandingInit {
  readonly own: Uint8Array
  readonly asset: api.AssetInfo
  readonly ledger: OwnLog
  readonly peers: ValueAsk
  readonly network: Pick<Network, 'isConnected'>
  readonly registry: Pick<Registry, 'committee' | 'epoch' | 'joined'>
  readonly quoting: Pick<Quoting, 'offersOf' | 'offersKnown'>
  readonly nameOf: (community: Uint8Array) => string
  readonly clock: Clock
}

const CLOSED: CreditLine | null = null

type Line = CreditLine & { readonly alone: boolean }

const lineInfo = ({ code, scale, limit, haircut, expiry, alone }: Line): api.LineInfo => ({
  code,
  scale,
  limit: String(limit),
  haircut,
  expiry,
  alone,
})

/** How this community stands with each other one: what it accepts, what is owed, and what it could lose. */
export function createStanding(init: StandingInit) {
  const { own, asset, ledger, peers, network, registry, quoting, nameOf, clock } = init

  const heldFor = (community: Uint8Array, code: string, scale: number): bigint =>
    ledger.holdingOf(`hold:${hex(community)}`, `${code}/${scale}/${hex(own)}`)

  const positions = (community: Uint8Array, lines: readonly Line[], frozen: boolean): api.PositionInfo[] => {
    const assets = new Map<string, Pick<CreditLine, 'code' | 'scale'>>([[`${asset.code}/${asset.scale}`, asset]])
    for (const { code, scale } of lines) assets.set(`${code}/${scale}`, { code, scale })
    return [...assets.values()].map(({ code, scale }) => {
      const line = lines.find(held => held.code === code && held.scale === scale) ?? CLOSED
      const position = ledger.position(community, code, scale)
      return {
        code,
        scale,
        position: String(position),
        onTheWay: String(heldFor(community, code, scale)),
        couldLose: String(largestLoss(line, { position, reserved: 0n, frozen }, clock.nowMs())),
      }
    })
  }

  const certified = (community: Uint8Array): api.PeerValue['certified'] =>
    standsAlone(registry, community)
      ? (ledger.peer(community)?.heads.length ?? 0) > 0
        ? 'alone'
        : 'unknown'
      : 'committee'

  const infoOf = (community: Uint8Array, speaking: readonly Uint8Array[]): api.PeerValue => {
    const known = ledger.peer(community)
    const lines = [...ledger.lines()].filter(line => hex(line.community) === hex(community))
    const frozen = known?.frozen ?? false
    return {
      community: hex(community),
      name: nameOf(community),
      connected: network.isConnected(community),
      speaksValue: includes(speaking, community),
      certified: certified(community),
      frozen,
      sent: known?.sent ?? 0,
      received: known?.received ?? 0,
      waiting: [...ledger.outs(community)].filter(({ written }) => !written).length,
      accepts: lines.map(lineInfo),
      offers: quoting.offersKnown(community).map(lineInfo),
      positions: positions(community, lines, frozen),
    }
  }

  return {
    /** Everybody with whom there are dealings, or who is connected and could have some. */
    async list(): Promise<api.PeerValue[]> {
      const speaking = peers.connected()
      await Promise.all(speaking.map(peer => quoting.offersOf(peer)))
      const known = [...ledger.peers()]
      const all = [...known, ...speaking.filter(peer => !includes(known, peer))]
      return all.map(community => infoOf(community, speaking))
    },
  }
}
