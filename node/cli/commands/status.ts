import type { Command } from 'commander'
import type { CommunityInfo, JobInfo, StageInfo, StorageInfo } from '#protocols/api/v1/schemas.ts'
import { clientCommand, connect, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { bytesText, clean, durationText } from '../format.ts'

const DAY_S = 86_400

function storageText(storage: StorageInfo): string {
  const forecast =
    storage.daysUntilFull === null
      ? 'a forecast needs a day of history'
      : `full in ${durationText(storage.daysUntilFull * DAY_S)} at this pace`
  return [
    `own media   ${bytesText(storage.ownBytes)}`,
    `cache       ${bytesText(storage.cachedBytes)} of at most ${bytesText(storage.cacheCapBytes)}`,
    `events      ${storage.events}`,
    `disk        ${bytesText(storage.diskFreeBytes)} free of ${bytesText(storage.diskTotalBytes)}; ${forecast}`,
    '',
  ].join('\n')
}

interface Status {
  readonly stage: StageInfo
  readonly communities: readonly CommunityInfo[]
  readonly jobs: readonly JobInfo[]
}

function statusText({ stage, communities, jobs }: Status, url: string): string {
  const running = jobs.filter(job => job.state === 'running')
  const followed = communities.filter(community => !community.own)
  return [
    `${stage.name === null ? 'This stage has no name yet: open the page' : clean(stage.name)}, at ${url}`,
    `peer id     ${stage.peerId}`,
    `open to     ${stage.public ? 'other machines' : 'this machine only'}`,
    `version     ${stage.version}`,
    `media       ${stage.media.note}`,
    `follows     ${followed.length}, of which ${followed.filter(community => community.online).length} online`,
    ...stage.addresses.map(address => `address     ${address}`),
    ...running.map(job => `working     ${job.kind}: ${clean(job.step)}`),
    '',
  ].join('\n')
}

/** `status` and `storage`. */
export function statusCommands(program: Command, context: CliContext): void {
  clientCommand(program, 'status', 'how the stage is').action(async flags => {
    const client = connect(context, flags)
    const [stage, communities, jobs] = await Promise.all([
      client.json<StageInfo>('/api/v1/stage'),
      client.json<CommunityInfo[]>('/api/v1/communities'),
      client.json<JobInfo[]>('/api/v1/jobs'),
    ])
    print(context, flags, { stage, communities, jobs }, status => statusText(status, client.url))
  })
  clientCommand(program, 'storage', 'what the stage keeps, and when the disk will be full').action(async flags => {
    print(context, flags, await connect(context, flags).json<StorageInfo>('/api/v1/storage'), storageText)
  })
}
