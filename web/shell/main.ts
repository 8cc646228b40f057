import type { PartsInfo } from '#protocols/api/v1/parts.ts'
import type { CommunityInfo, StageInfo } from '#protocols/api/v1/schemas.ts'
import { LocalFan } from '#web/fan/fan.ts'
import { ownScript, type PartContext, type Personal, Store } from '#web/kit/mod.ts'
import { QueuePlayer } from '#web/player/player.ts'
import { httpApi } from './api.ts'
import { App } from './app.ts'
import { restoreLanguage } from './language.ts'
import { LiveEvents } from './live.ts'
import { matchRoute } from './routes.ts'
import { restoreTheme } from './theme.ts'
import './part-host.ts'
import './you.ts'

restoreTheme()
// Fetched beside everything else: the host asks for it again, and finds it here.
const first = matchRoute(location.pathname)
if (first !== null) void import(/* @vite-ignore */ import.meta.resolve(`@bandstand/part/${first.part}`)).catch(() => {})
await restoreLanguage()
const live = new LiveEvents()
const fan = new LocalFan(httpApi)
const stage = new Store<StageInfo | null>(null)
const communities = new Store<readonly CommunityInfo[]>([])
const parts = new Store<PartsInfo | null>(null)

async function refresh(): Promise<void> {
  const [about, known, made] = await Promise.all([
    httpApi.get<StageInfo>('/stage'),
    httpApi.get<CommunityInfo[]>('/communities'),
    httpApi.get<PartsInfo>('/parts'),
  ])
  parts.set(made)
  communities.set(known)
  stage.set(about)
}

const player = new QueuePlayer({ api: httpApi, fan, stage }, live)
const personal = new Store<Personal | null>(null)
const ctx: PartContext = { api: httpApi, live, fan, player, personal, stage, communities, parts, refresh }
// The banner of the shell already says when the stage is silent; the next resync reads again.
const quietly = () => void refresh().catch(() => {})
live.on('community', change => {
  communities.update(known => {
    const others = known.filter(one => one.community !== change.community)
    return change.own ? [change, ...others] : [...others, change]
  })
  // Named or described anew, perhaps in another window.
  if (change.own) quietly()
})
live.on('parts', quietly)
live.onResync(quietly)
quietly()
live.start()
fan.restore().catch(() => {})

// The bar at the foot is there when something plays.
player.state.subscribe(({ queue }) => {
  if (queue.length > 0) import('./player-bar.ts').catch(() => {})
})

// Nobody waits for it: without it the page is the same for everybody.
// Where the page itself took long to come, what somebody may want to hear first has the line for itself a while longer.
const SLOW_START_MS = 1_200
const SLOW_PAUSE_MS = 4_000
const whenQuiet: (load: () => void) => unknown =
  performance.now() > SLOW_START_MS
    ? load => setTimeout(load, SLOW_PAUSE_MS)
    : (globalThis.requestIdleCallback ?? (load => setTimeout(load, 2_000)))
whenQuiet(() => {
  import('#web/personal/personal.ts').then(
    ({ LocalPersonal }) => personal.set(new LocalPersonal(httpApi, player, () => stage.get()?.community ?? null)),
    () => {},
  )
  import('./bell.ts').catch(() => {})
  import('./toasts.ts').catch(() => {})
  import('./listening.ts').then(
    ({ startListening }) => startListening(ctx),
    () => {},
  )
  // What was said without a connection, perhaps on another day.
  void fan.flush().catch(() => {})
})
live.online.subscribe(online => {
  if (online) void fan.flush().catch(() => {})
})
fan.waiting.subscribe(waiting => {
  if (waiting.length > 0) import('./outbox.ts').catch(() => {})
})

const app = new App()
app.ctx = ctx
document.body.prepend(app)

// Only for those who go by keyboard.
addEventListener(
  'keydown',
  () =>
    void import('./keep-focus.ts').then(
      ({ keepFocus }) => keepFocus(),
      () => {},
    ),
  { once: true },
)

// Shows the page, and what was kept, when the stage cannot be reached. Only where browsers trust the connection.
addEventListener('load', () => void navigator.serviceWorker?.register(ownScript('/sw.js')).catch(() => {}))
