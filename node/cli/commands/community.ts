import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { CommunityInfo, PeerInfo, ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import type { StageClient } from '../client.ts'
import { clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { bytesText, clean, dayTime, table, trackTime } from '../format.ts'

function peersText(peers: readonly PeerInfo[]): string {
  if (peers.length === 0) return 'No other stage is connected.\n'
  return peers
    .map(peer => {
      const agreed = Object.entries(peer.protocols).map(([protocol, version]) => `${clean(protocol)} ${clean(version)}`)
      const lines = [
        `${clean(peer.name ?? 'unnamed')}  ${peer.peerId}`,
        `  ${peer.direction} ${clean(peer.address)}${peer.latencyMs === null ? '' : `, ${Math.round(peer.latencyMs)} ms`}`,
        `  runs ${clean(peer.software ?? 'unknown software')}`,
        peer.refused === null ? `  agreed: ${agreed.join(', ') || 'nothing yet'}` : `  refused: ${clean(peer.refused)}`,
      ]
      if (peer.features.length > 0) lines.push(`  features: ${peer.features.map(clean).join(', ')}`)
      if (peer.clockSkewMs !== null && Math.abs(peer.clockSkewMs) > 1000)
        lines.push(`  its clock differs from this one by ${Math.round(peer.clockSkewMs / 1000)} s`)
      return `${lines.join('\n')}\n`
    })
    .join('')
}

function releasesText(releases: readonly ReleaseSummary[]): string {
  if (releases.length === 0) return 'Nothing is published yet. Begin with: bandstand publish FILE...\n'
  return table(
    ['ID', 'TITLE', 'ARTIST', 'COMMUNITY', 'TRACKS', 'TIME', 'SIZE', 'HERE', 'PUBLISHED'],
    releases.map(release => [
      release.id,
      release.title,
      release.artist,
      release.own ? `${release.communityName} (this one)` : release.communityName,
      String(release.trackCount),
      trackTime(release.durationMs),
      bytesText(release.bytes),
      release.bytes === 0 ? '100 %' : `${Math.floor((100 * release.heldBytes) / release.bytes)} %`,
      dayTime(release.publishedAt),
    ]),
  )
}

/** A followed community by key, peer id, or its name when only one has that name. */
async function findCommunity(client: StageClient, text: string): Promise<CommunityInfo> {
  const followed = (await client.json<CommunityInfo[]>('/api/v1/communities')).filter(community => !community.own)
  const found = followed.filter(({ community, peerId, name }) => [community, peerId, name].includes(text))
  if (found.length === 1 && found[0] !== undefined) return found[0]
  const message =
    found.length > 1
      ? `Several followed communities are called ${JSON.stringify(text)}: use the peer id.`
      : `No followed community is called ${JSON.stringify(text)}. Followed: ${followed.map(one => clean(one.name)).join(', ') || 'none'}.`
  throw new StageError('unknown-community', message)
}

/** `follow`, `unfollow`, `peers` and `releases`. */
export function communityCommands(program: Command, context: CliContext): void {
  clientCommand(program, 'follow', "follow another community's stage")
    .argument('<address>', 'its multiaddr, or its peer id when it can be found')
    .action(async (address: string, flags) => {
      const json = { address }
      const answer = await connect(context, flags).json<CommunityInfo>('/api/v1/follows', { method: 'POST', json })
      print(context, flags, answer, community => `Following ${clean(community.name)} (${community.peerId}).\n`)
    })
  clientCommand(program, 'unfollow', 'stop following a community')
    .argument('<community>', 'its name, peer id or key')
    .action(async (text: string, flags) => {
      const client = connect(context, flags)
      const community = await findCommunity(client, text)
      await client.json(`/api/v1/follows/${community.community}`, { method: 'DELETE' })
      print(context, flags, community, ({ name }) => `No longer following ${clean(name)}.\n`)
    })
  clientCommand(program, 'peers', 'connected stages, and what was agreed with each').action(async flags => {
    print(context, flags, await connect(context, flags).json<PeerInfo[]>('/api/v1/peers'), peersText)
  })
  clientCommand(program, 'releases', 'releases of this and of followed communities').action(async flags => {
    print(context, flags, await connect(context, flags).json<ReleaseSummary[]>('/api/v1/releases'), releasesText)
  })
}
