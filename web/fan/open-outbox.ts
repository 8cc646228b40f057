import type { Api, Said, Store, Waiting } from '#web/kit/mod.ts'
import { toHex } from './encoding.ts'
import { noteReported } from './notice-memory.ts'
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
    author: async () => toHex((await key()).publicKey),
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
    async send(community: string, type: string, body: unknown): Promise<Said> {
      if (WAITS.has(type)) return outbox.say(community, type, body)
      const said = await sender.send(community, type, body)
      if (type === 'engagement/report') noteReported(toHex((body as { target: Uint8Array }).target))
      return said
    },
    flush: () => outbox.flush(),
    again: (n: number) => outbox.again(n),
    drop: (n: number) => outbox.drop(n),
  }
}
