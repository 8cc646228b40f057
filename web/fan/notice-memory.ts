import { NOTICE_KINDS, type NoticeKind } from '#src/engagement/notice-kinds.ts'

/** What this device remembers about notices: which were seen, which are not wanted, and what was reported from here. */
const SEEN = 'bandstand-notices-seen'
const OFF = 'bandstand-notices-off'
const REPORTED = 'bandstand-reported'
/** The stage answers at most 60 at once; of reports it is asked about 20. */
const SEEN_MAX = 200
const REPORTED_MAX = 20
/** Fired on the window when any of it changes. */
export const NOTICES_CHANGED = 'bandstand-notices'

function read(slot: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(slot) ?? '[]')
    return Array.isArray(kept) ? kept.filter(one => typeof one === 'string') : []
  } catch {
    return []
  }
}

function keep(slot: string, values: readonly string[]): void {
  try {
    localStorage.setItem(slot, JSON.stringify(values))
  } catch {
    // A full storage: everything is new once more.
  }
  dispatchEvent(new Event(NOTICES_CHANGED))
}

export const seenNotices = (): ReadonlySet<string> => new Set(read(SEEN))
export const markSeen = (ids: readonly string[]): void =>
  keep(SEEN, [...new Set([...ids, ...read(SEEN)])].slice(0, SEEN_MAX))

export const unwantedKinds = (): ReadonlySet<string> => new Set(read(OFF))
export const wantedKinds = (): NoticeKind[] => NOTICE_KINDS.filter(kind => !unwantedKinds().has(kind))
export function wantKind(kind: NoticeKind, on: boolean): void {
  const others = read(OFF).filter(one => one !== kind)
  keep(OFF, on ? others : [...others, kind])
}

/** Newest first. Which key reported what is asked of nobody: only this device knows. */
export const reportedHere = (): readonly string[] => read(REPORTED)
export const noteReported = (id: string): void =>
  keep(REPORTED, [id, ...read(REPORTED).filter(one => one !== id)].slice(0, REPORTED_MAX))
