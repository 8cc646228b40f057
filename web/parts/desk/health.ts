import type { ModerationInfo } from '#protocols/api/v1/moderation.ts'
import type {
  CommunityInfo,
  FederationInfo,
  JobInfo,
  PeerInfo,
  StageInfo,
  StorageInfo,
} from '#protocols/api/v1/schemas.ts'
import { formatBytes, formatWhen, heard, plural, t } from '#web/kit/mod.ts'

/** What the desk looks at to say how the stage is. Null: that could not be read. */
export interface Looked {
  readonly at: number
  readonly stage: StageInfo
  readonly communities: readonly CommunityInfo[]
  readonly storage: StorageInfo | null
  readonly federation: FederationInfo | null
  readonly moderation: ModerationInfo | null
  readonly peers: readonly PeerInfo[] | null
  readonly jobs: readonly JobInfo[] | null
  /** Whether visitors' browsers trust the connection. */
  readonly trusted: boolean
}

export type SectionName = 'people' | 'moderation' | 'storage' | 'peers' | 'money' | 'stage'

export interface Finding {
  /** now: something does not work. soon: it will not, unless somebody acts. */
  readonly urgency: 'now' | 'soon'
  readonly sentence: string
  /** Where to act. */
  readonly section: SectionName
}

const GB = 1e9
const DAY_MS = 24 * 60 * 60 * 1000
/** Time to buy a disk; and time to delete something at once. */
const DISK_SOON_DAYS = 30
const DISK_NOW_DAYS = 3
/** Below it uploads are refused before long. */
const DISK_NOW_BYTES = 1 * GB
/** A holiday. */
const SILENT_MS = 3 * DAY_MS
/** What is dated so far off is refused: `clock-off` begins at five minutes. */
const CLOCK_MS = 2 * 60 * 1000

function disk({ storage }: Looked): Finding[] {
  if (storage === null) return []
  const { diskFreeBytes, daysUntilFull } = storage
  const free = formatBytes(diskFreeBytes)
  if (diskFreeBytes < DISK_NOW_BYTES)
    return [
      {
        urgency: 'now',
        section: 'storage',
        sentence: t`The disk is nearly full: ${free} are left. Make room, or the stage takes nothing new.`,
      },
    ]
  if (daysUntilFull === null || daysUntilFull > DISK_SOON_DAYS) return []
  const days = plural(Math.round(daysUntilFull), 'day')
  const urgency = daysUntilFull <= DISK_NOW_DAYS ? 'now' : 'soon'
  return [{ urgency, section: 'storage', sentence: t`At this pace the disk is full in about ${days}.` }]
}

function money({ federation }: Looked): Finding[] {
  if (federation === null) return []
  const { log, evidence } = federation
  const found: Finding[] = []
  if (log.state === 'halted')
    found.push({ urgency: 'now', section: 'money', sentence: t`The log stands still: ${heard(log.reason ?? '')}` })
  if (evidence > 0)
    found.push({
      urgency: 'now',
      section: 'money',
      sentence: t`There is proof that somebody signed two different books: ${plural(evidence, 'case')}.`,
    })
  return found
}

function people({ moderation }: Looked): Finding[] {
  if (moderation === null) return []
  const { reports, appeals } = moderation
  const found: Finding[] = []
  if (reports.length > 0)
    found.push({
      urgency: 'soon',
      section: 'moderation',
      sentence: t`${plural(reports.length, 'report waits', 'reports wait')} for you.`,
    })
  if (appeals.length > 0)
    found.push({
      urgency: 'soon',
      section: 'moderation',
      sentence: t`${plural(appeals.length, 'appeal waits', 'appeals wait')} for an answer.`,
    })
  return found
}

function others({ communities, peers, at }: Looked): Finding[] {
  const found: Finding[] = communities
    .filter(one => !one.own && !one.online && one.lastSyncAt !== null && at - one.lastSyncAt > SILENT_MS)
    .map(one => ({
      urgency: 'soon',
      section: 'peers',
      sentence: t`${one.name} has not been reached since ${formatWhen(one.lastSyncAt ?? at, at)}.`,
    }))
  const skews = (peers ?? []).flatMap(({ clockSkewMs }) => (clockSkewMs === null ? [] : [clockSkewMs]))
  const off = skews.filter(skew => Math.abs(skew) > CLOCK_MS).length
  // One neighbour may be wrong; when most of several are, it is this machine.
  if (skews.length > 1 && off * 2 > skews.length)
    found.push({
      urgency: 'now',
      section: 'peers',
      sentence: t`The clock of this machine seems wrong: most other stages have another time.`,
    })
  return found
}

function page({ stage, jobs, trusted }: Looked): Finding[] {
  const found: Finding[] = []
  // Newest first: what worked afterwards settles it.
  const [failed] = jobs ?? []
  if (failed?.problem != null)
    found.push({
      urgency: 'soon',
      section: 'stage',
      sentence: t`Publishing did not work: ${heard(failed.problem.message, failed.problem.code)}`,
    })
  if (stage.public && !trusted)
    found.push({
      urgency: 'soon',
      section: 'stage',
      sentence: t`Visitors come over plain http: browsers then allow no passkeys, no offline page and no notifications. The operators’ guide says how to get https.`,
    })
  return found
}

/** What is wrong, or will be, most urgent first. Empty: all is well. */
export function findingsOf(looked: Looked): Finding[] {
  const all = [disk, money, people, others, page].flatMap(look => look(looked))
  return [...all.filter(one => one.urgency === 'now'), ...all.filter(one => one.urgency === 'soon')]
}
