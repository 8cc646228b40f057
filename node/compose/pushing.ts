import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import type { LogRecord } from '#node/ports/ledger.ts'
import { calledWords } from '#src/engagement/mention.ts'
import type { Appended } from '../intake/intake.ts'
import { Push } from '../push/push.ts'
import { createPushSender, type PushSenderOptions } from '../push/send.ts'
import { loadOrCreateVapid } from '../push/vapid.ts'
import { AHEAD_MS, createNotices } from '../stage/notices.ts'
import { createPushCalls } from '../stage/push-calls.ts'
import { openPushStore } from '../store/push.ts'
import type { Door } from './door.ts'
import type { Cleanup, Foundation } from './foundation.ts'

/** Where push services are, and for how long news are gathered, ms. */
export interface PushOptions extends PushSenderOptions {
  readonly gatherMs?: number | undefined
}

/** How often it is looked whether an event is about to begin. */
const LOOK_MS = 60_000

/** Notices on the page, and their push messages: every event and every entry may be news for somebody. */
export async function openPushing(base: Foundation, door: Door, options: PushOptions = {}, cleanup: Cleanup) {
  const { own, views, handles, clock, log } = base
  const news = createNotices({ ...base, ...door, nameOf: door.catalog.nameOf })
  const subscriptions = openPushStore(base.settings.dataDir, cleanup)
  const vapid = await loadOrCreateVapid(base.settings.dataDir)
  const push = new Push({
    subscriptions,
    news,
    vapid,
    send: createPushSender(options),
    nowMs: () => clock.nowMs(),
    warn: message => log.warn({}, message),
    gatherMs: options.gatherMs,
  })
  cleanup.defer(() => push.stop())

  const called = (community: Uint8Array, text: string): void => {
    const words = calledWords(text)
    if (words.length === 0) return
    const holders = words.flatMap(word => handles.holder(community, word) ?? [])
    push.touch([...holders, ...subscriptions.called(words)])
  }

  const followers = (community: Uint8Array): void =>
    push.touchCrowd(asText(community, 'hex'), () => base.notices.followersOf(community))

  const appended = ({ event, known }: Appended): void => {
    const { community } = event.envelope
    if (known?.type === 'engagement/chat' || known?.type === 'engagement/comment') called(community, known.body.text)
    else if (known?.type === 'engagement/edit') called(community, known.body.text)
    else if (known?.type === 'catalog/release') followers(community)
    else if (known?.type === 'engagement/answer') push.touch(base.notices.appellant(community, known.body.appeal))
  }

  /** Accounts are named by their keys, unless somebody moved theirs to another key: those read it on the page. */
  const written = ({ account, lines, kind }: LogRecord): void => {
    const held = lines.flatMap(({ holder }) =>
      /^acct:[0-9a-f]{64}$/.test(holder) ? [Buffer.from(holder.slice(5), 'hex')] : [],
    )
    push.touch(kind === 'issue' && account !== null ? [account, ...held] : held)
  }

  const begun = new Set<string>()
  const look = (): void => {
    const soon = views
      .stageEvents(clock.nowMs(), false)
      .filter(({ cancelled, startsAt }) => !cancelled && startsAt <= clock.nowMs() + AHEAD_MS)
      .map(({ id, startsAt, community }) => ({ name: `${id} ${startsAt}`, community }))
    for (const { name, community } of soon) {
      if (begun.has(name)) continue
      begun.add(name)
      if (equals(community, own)) push.touchAll()
      else followers(community)
    }
    for (const name of [...begun]) if (!soon.some(one => one.name === name)) begun.delete(name)
  }
  const timer = setInterval(look, LOOK_MS).unref()
  cleanup.defer(() => clearInterval(timer))

  const hear = door.told.appended
  door.told.appended = event => {
    hear(event)
    quietly(() => appended(event))
  }
  const note = door.told.written
  door.told.written = record => {
    note(record)
    quietly(() => written(record))
  }
  const quietly = (work: () => void): void => {
    try {
      work()
    } catch (cause) {
      log.error({ err: cause }, 'news could not be told by push')
    }
  }
  // What a restart interrupted.
  push.touchAll()
  return { news, push: createPushCalls({ ...base, publicKey: vapid.publicKey, subscriptions, news }) }
}
