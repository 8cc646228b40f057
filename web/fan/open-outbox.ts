import type { Api, Store, Waiting } from '#web/kit/mod.ts'
import { Outbox } from './outbox.ts'
import { WAITS } from './outbox-rules.ts'
import { memoryOutboxStore, openOutboxStore } from './outbox-store.ts'
import { Sender } from './sender.ts'
import type { StoredKey } from './vault.ts'

const NAME = 'bandstand-outbox'

/** Locks are for pages that the browser trusts; elsewhere tabs may do the same work twice, and it counts once. */
const alone = async (work: () => Promise<void>): Promise<void> =>
  navigator.locks === undefined ? work() : navigator.locks.request(NAME, work)

/** The outbox of this device, shared by all tabs of the page, and the way around it for what must not wait. */
export async function openOutbox(api: Api, key: () => Promise<StoredKey>, waiting: Store<readonly Waiting[]>) {
  const sender = new Sender(api, key)
  const tabs = new BroadcastChannel(NAME)
  let shown = ''
  const outbox = new Outbox({
    store: await openOutboxStore().catch(memoryOutboxStore),
    sign: (community, type, body) => sender.sign(community, type, body),
    post: (community, signed) => sender.post(community, signed),
    changed: entries => {
      const now = JSON.stringify(entries.map(({ n, id, refused }) => [n, id, refused]))
      if (now === shown) return
      shown = now
      waiting.set(entries)
      tabs.postMessage('changed')
    },
    nowMs: () => Date.now(),
    later: (ms, work) => void setTimeout(work, ms),
    alone,
  })
  tabs.onmessage = () => void outbox.tell().catch(() => {})
  addEventListener('online', () => void outbox.flush())
  return {
    send: (community: string, type: string, body: unknown) =>
      WAITS.has(type) ? outbox.say(community, type, body) : sender.send(community, type, body),
    flush: () => outbox.flush(),
    again: (n: number) => outbox.again(n),
    drop: (n: number) => outbox.drop(n),
  }
}
