import { equals } from 'uint8arrays/equals'
import type { Handles } from '#node/ports/handles.ts'
import type { LogRecord, OwnLog } from '#node/ports/ledger.ts'
import type { CallRow, NoticesApi, NoticeViews } from '#node/ports/notices.ts'
import type { Follows, Views } from '#node/ports/views.ts'
import { NOTICES_MAX, type Notice } from '#protocols/api/v1/notices.ts'
import type { AssetInfo } from '#protocols/api/v1/schemas.ts'
import { calls, callWord } from '#src/engagement/mention.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { hex, key32 } from './keys.ts'

export interface NoticesInit {
  readonly own: Uint8Array
  readonly views: Pick<Views, 'release' | 'stageEvents' | 'stageEvent'>
  readonly notices: NoticeViews
  readonly handles: Handles
  readonly follows: Pick<Follows, 'list'>
  readonly ledger: Pick<OwnLog, 'account' | 'recent'>
  readonly nameOf: (community: Uint8Array) => string
  readonly asset: AssetInfo
  readonly clock: Clock
}

/** Older news is no news, ms. */
const WINDOW_MS = 30 * 24 * 3_600_000
/** An event is told of so long before it begins, ms. */
export const AHEAD_MS = 15 * 60_000
/** Entries of the own log that are looked through for money. */
const ENTRIES_MAX = 300
const TEXT_MAX = 200
const DAY_MS = 24 * 3_600_000
const FINE_DECIMALS = 9

const short = (text: string): string =>
  [...text].length > TEXT_MAX ? `${[...text].slice(0, TEXT_MAX - 1).join('')}…` : text

/**
 * What happened that concerns a key. All of it is read from events and log entries that everybody may read: no list of what
 * somebody was told is kept, and nothing is answered that the asker could not find out otherwise.
 */
export function createNotices(init: NoticesInit): NoticesApi {
  const { own, views, notices, ledger, clock } = init
  const recent = newestEntries(ledger)

  const about = (community: Uint8Array): Omit<Notice, 'id' | 'kind' | 'at' | 'text' | 'link'> => ({
    community: hex(community),
    communityName: init.nameOf(community),
    who: '',
    upheld: null,
    amount: null,
    asset: null,
  })

  const linkOf = ({ community, room, release }: CallRow): string => {
    if (release !== null) return `/release/${release}`
    if (room === null || room === 'main') return `/chat/${hex(community)}`
    return views.stageEvent(room).length > 0 ? `/event/${room}` : `/release/${room}`
  }

  const namesOf = (key: Uint8Array, name: string): string[] => {
    const held = [own, ...init.follows.list().map(row => row.community)]
    const handles = held.map(community => init.handles.of(community, key) ?? '')
    return [...new Set([name, ...handles])].filter(one => one !== '')
  }

  const mentions = (key: Uint8Array, names: readonly string[], since: number): Notice[] => {
    const found = new Map<string, Notice>()
    for (const one of names) {
      const word = callWord(one)
      for (const row of word === null ? [] : notices.calls(word, since)) {
        if (equals(row.author, key) || !calls(row.text, one)) continue
        const id = `mention:${hex(row.id)}`
        const { at, who } = row
        found.set(id, {
          ...about(row.community),
          id,
          kind: 'mention',
          at,
          who,
          text: short(row.text),
          link: linkOf(row),
        })
      }
    }
    return [...found.values()]
  }

  const releases = (followed: readonly Uint8Array[], since: number): Notice[] =>
    notices.releasesSince(since).flatMap(({ id, community, at }) => {
      const row = followed.some(one => equals(one, community)) ? views.release(id) : null
      if (row === null) return []
      const { artist, title } = row.manifest
      const link = `/release/${id}`
      return [{ ...about(community), id: `release:${id}`, kind: 'release', at, who: artist, text: short(title), link }]
    })

  const happenings = (followed: readonly Uint8Array[]) =>
    views
      .stageEvents(clock.nowMs(), false)
      .filter(({ community, cancelled }) => !cancelled && [own, ...followed].some(one => equals(one, community)))
  const events = (rows: ReturnType<typeof happenings>): Notice[] =>
    rows
      .filter(({ startsAt }) => startsAt <= clock.nowMs() + AHEAD_MS)
      .map(({ id, community, title, startsAt }) => {
        const [text, link] = [short(title), `/event/${id}`]
        return { ...about(community), id: `event:${id}:${startsAt}`, kind: 'event', at: startsAt, text, link }
      })

  const answers = (key: Uint8Array, since: number): Notice[] =>
    notices.answers(key, since).map(({ id, community, at, upheld, reason }) => {
      const link = `/chat/${hex(community)}`
      return { ...about(community), id: `appeal:${hex(id)}`, kind: 'appeal', at, text: short(reason), link, upheld }
    })

  /** Only the device that reported knows what to ask for: who reported what is told to nobody here. */
  const outcomes = (reported: readonly string[]): Notice[] =>
    reported.flatMap(target => {
      const row = notices.hidden(key32(target, 'A report'))
      if (row === null) return []
      const link = `/chat/${hex(row.community)}`
      return [{ ...about(row.community), id: `report:${target}`, kind: 'report', at: row.at, text: '', link }]
    })

  const receipts = (key: Uint8Array, since: number): Notice[] => {
    const account = ledger.account(key).account
    const sums = new Map<string, Notice>()
    for (const record of recent()) {
      const amount = record.at < since ? 0n : received(record, account)
      if (amount === 0n) continue
      // Listening pays by the half minute: one notice for each day.
      const streamed = record.kind === 'stream' || record.kind === 'channel-close'
      const id = streamed ? `money:day:${Math.floor(record.at / DAY_MS)}` : `money:${record.index}`
      const before = BigInt(sums.get(id)?.amount ?? 0)
      const asset = record.asset === null ? init.asset : { ...record.asset, issuer: hex(record.asset.issuer) }
      const title = record.release === null ? '' : (views.release(record.release)?.manifest.title ?? '')
      const at = Math.max(record.at, sums.get(id)?.at ?? 0)
      const link = streamed ? '/receipts' : `/receipts/${hex(own)}/${record.index}`
      const said = { id, kind: 'money' as const, at, text: streamed ? '' : short(title), link }
      sums.set(id, { ...about(own), ...said, amount: String(before + amount), asset })
    }
    return [...sums.values()]
  }

  return {
    of({ key: asked, name, since: from, reported }) {
      const key = key32(asked, 'A key')
      const since = Math.max(from, clock.nowMs() - WINDOW_MS)
      const followed = notices.followedBy(key)
      const coming = happenings(followed)
      const names = namesOf(key, name)
      const all = [
        ...mentions(key, names, since),
        ...releases(followed, since),
        ...events(coming),
        ...answers(key, since),
        ...outcomes(reported?.split(',') ?? []),
        ...receipts(key, since),
      ]
      const later = coming.map(({ startsAt }) => startsAt - AHEAD_MS).filter(at => at > clock.nowMs())
      return {
        notices: all.sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)).slice(0, NOTICES_MAX),
        names,
        follows: followed.map(hex),
        nextAt: later.length === 0 ? null : Math.min(...later),
      }
    },
  }
}

/** The newest entries, newest first. Entries do not change, so only those are decoded that were written since the last call. */
function newestEntries(ledger: Pick<OwnLog, 'recent'>): () => readonly LogRecord[] {
  let known: readonly LogRecord[] = []
  return () => {
    const [newest] = ledger.recent(1)
    const before = known[0]
    if (newest === undefined || (before !== undefined && equals(newest.leafHash, before.leafHash))) return known
    const last = before?.index ?? Number.POSITIVE_INFINITY
    // A successor of a closed log counts from the start.
    const follows = newest.index > last && newest.index - last < ENTRIES_MAX
    const fresh = ledger.recent(follows ? newest.index - last : ENTRIES_MAX)
    known = follows ? [...fresh.filter(({ index }) => index > last), ...known].slice(0, ENTRIES_MAX) : fresh
    return known
  }
}

/** What an entry brought to an account, in units of 10^-9 of the asset. */
function received({ kind, account, amount, asset, lines }: LogRecord, mine: Uint8Array): bigint {
  const isMine = account !== null && equals(account, mine)
  if (kind === 'issue') return isMine ? amount * 10n ** BigInt(FINE_DECIMALS - (asset?.scale ?? FINE_DECIMALS)) : 0n
  if (isMine || kind === 'channel-open') return 0n
  return lines.reduce((sum, line) => (line.holder === `acct:${hex(mine)}` ? sum + line.amount : sum), 0n)
}
