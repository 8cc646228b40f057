import { describe, expect, it } from 'vitest'
import type {
  CommunityInfo,
  FederationInfo,
  JobInfo,
  PeerInfo,
  StageInfo,
  StorageInfo,
} from '#protocols/api/v1/schemas.ts'
import { findingsOf, type Looked } from '#web/parts/desk/health.ts'

const DAY_MS = 86_400_000
const at = 1_700_000_000_000
const storage = { diskFreeBytes: 50e9, daysUntilFull: null } as StorageInfo
const federation = { log: { state: 'running', reason: null }, evidence: 0 } as unknown as FederationInfo
const nobody = { moderators: [], speakers: [], reports: [], decisions: [], appeals: [], lists: [] }
const other = (name: string, online: boolean, lastSyncAt: number | null) =>
  ({ name, own: false, online, lastSyncAt }) as CommunityInfo
const peer = (clockSkewMs: number | null) => ({ clockSkewMs }) as PeerInfo

const well: Looked = {
  at,
  stage: { public: true } as StageInfo,
  communities: [other('River', true, at)],
  storage,
  federation,
  moderation: nobody,
  peers: [peer(3), peer(-200)],
  jobs: [],
  trusted: true,
}
const found = (over: Partial<Looked>) =>
  findingsOf({ ...well, ...over }).map(({ urgency, section, sentence }) => `${urgency} ${section}: ${sentence}`)

describe('what the desk says first', () => {
  it('is nothing when all is well, or when something could not be read', () => {
    expect(found({})).toEqual([])
    expect(found({ storage: null, federation: null, moderation: null, peers: null, jobs: null })).toEqual([])
  })

  it('is what does not work now, before what will not', () => {
    const halted = {
      ...federation,
      log: { state: 'halted', reason: 'The disk is behind.' },
    } as unknown as FederationInfo
    expect(found({ federation: halted, storage: { ...storage, daysUntilFull: 20 } })).toEqual([
      'now money: The log stands still: The disk is behind.',
      'soon storage: At this pace the disk is full in about 20 days.',
    ])
  })

  it('tells a disk that fills from one that is full, in days and bytes', () => {
    const disk = (over: Partial<StorageInfo>) =>
      found({ storage: { ...storage, ...over } }).map(line => line.split(':')[0])
    expect(disk({ daysUntilFull: 31 })).toEqual([])
    expect(disk({ daysUntilFull: 30 })).toEqual(['soon storage'])
    expect(disk({ daysUntilFull: 3 })).toEqual(['now storage'])
    expect(disk({ diskFreeBytes: 0.9e9 })).toEqual(['now storage'])
  })

  it('names a followed community that was away for days, not one that never came or is here', () => {
    const since = (days: number) => at - days * DAY_MS
    const communities = [
      other('A', false, since(2)),
      other('B', false, since(5)),
      other('C', true, since(9)),
      other('D', false, null),
    ]
    expect(found({ communities })).toEqual(['soon peers: B has not been reached since 5 days ago.'])
  })

  it('blames this machine’s clock only when most others have another time', () => {
    const off = 10 * 60_000
    expect(found({ peers: [peer(off)] })).toEqual([])
    expect(found({ peers: [peer(off), peer(0)] })).toEqual([])
    expect(found({ peers: [peer(off), peer(0), peer(1)] })).toEqual([])
    expect(found({ peers: [peer(off), peer(off + 5), peer(1)] })).toHaveLength(1)
  })

  it('counts what people wait for', () => {
    const moderation = { ...nobody, reports: [{}, {}], appeals: [{}] } as unknown as Looked['moderation']
    expect(found({ moderation })).toEqual([
      'soon moderation: 2 reports wait for you.',
      'soon moderation: 1 appeal waits for an answer.',
    ])
  })

  it('speaks of a publication that failed until one after it works', () => {
    const failed = { problem: { code: 'media-empty', message: 'This file is empty.' } } as unknown as JobInfo
    const fine = { problem: null } as JobInfo
    expect(found({ jobs: [failed, fine] })).toEqual(['soon stage: Publishing did not work: This file is empty.'])
    expect(found({ jobs: [fine, failed] })).toEqual([])
  })

  it('warns of plain http only where strangers come', () => {
    expect(found({ trusted: false })).toHaveLength(1)
    expect(found({ trusted: false, stage: { public: false } as StageInfo })).toEqual([])
  })
})
