import { openAt, readPush, wordsFor } from './push.ts'
import { partOf } from './range.ts'
import { type FetchEvent, worker } from './scope.ts'

/** Every file of the page; the build writes them here, so that another page is another worker. */
const FILES = JSON.parse('["@bandstand-files"]') as readonly string[]

const SHELL_CACHE = `shell-${FILES.map(file => file.replace(/^.*-/, '').slice(0, 4)).join('')}`.slice(0, 200)
const ANSWERS_CACHE = 'answers'
/** The cache that `kept/kept.ts` fills; named here again, because a worker is one file. */
const KEPT_CACHE = 'kept'
/** Answers kept for a time without the stage; the oldest make room. */
const ANSWERS_MAX = 80
/** A stage that is slower than this is as good as away, when there is something to show. */
const PATIENCE_MS = 4_000

/** What the page needs to show itself. Nothing of it is anybody's secret: it is what every visitor may read. */
const SHOWN = /^\/api\/v1\/(?:stage|communities|parts|releases|releases\/[0-9a-f]{32}(?:\/(?:reactions|comments))?)$/

worker.addEventListener('install', event => {
  event.waitUntil(
    caches
      .open(SHELL_CACHE)
      .then(cache => cache.addAll(FILES))
      .then(() => worker.skipWaiting()),
  )
})

worker.addEventListener('activate', event => {
  const drop = async (): Promise<void> => {
    for (const name of await caches.keys())
      if (name.startsWith('shell-') && name !== SHELL_CACHE) await caches.delete(name)
    await worker.clients.claim()
  }
  event.waitUntil(drop())
})

/** From the stage; after a while without an answer, or when there is none, what is kept. */
async function fresh(request: Request, kept: () => Promise<Response | undefined>): Promise<Response> {
  const late = new Promise<null>(resolve => setTimeout(() => resolve(null), PATIENCE_MS))
  const asked = fetch(request)
  try {
    const answer = await Promise.race([asked, late])
    if (answer !== null) return answer
    return (await kept()) ?? (await asked)
  } catch (cause) {
    const held = await kept()
    if (held !== undefined) return held
    throw cause
  }
}

async function remember(request: Request, answer: Response): Promise<void> {
  const cache = await caches.open(ANSWERS_CACHE)
  await cache.put(request, answer)
  const keys = await cache.keys()
  for (const old of keys.slice(0, Math.max(0, keys.length - ANSWERS_MAX))) await cache.delete(old)
}

async function shown(event: FetchEvent): Promise<Response> {
  const { request } = event
  const answer = await fresh(request, () => caches.match(request))
  if (answer.ok) event.waitUntil(remember(request, answer.clone()).catch(() => {}))
  return answer
}

/**
 * What uploads are for: fetched by the player, heard, seen. Whatever would run one is left to the browser, which tells the stage so; asked
 * for by a worker, the stage could not tell it from a song.
 */
const PLAYED: ReadonlySet<string> = new Set(['', 'audio', 'video', 'track', 'image'])

async function media(request: Request): Promise<Response> {
  const kept = await (await caches.open(KEPT_CACHE)).match(request.url)
  return kept === undefined ? fetch(request) : partOf(request, kept)
}

worker.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return
  if (request.mode === 'navigate' && request.destination === 'document')
    event.respondWith(fresh(request, () => caches.match('/')))
  else if (url.pathname.startsWith('/assets/'))
    event.respondWith(caches.match(request).then(held => held ?? fetch(request)))
  else if (url.pathname.startsWith('/ipfs/') && PLAYED.has(request.destination)) event.respondWith(media(request))
  else if (SHOWN.test(url.pathname)) event.respondWith(shown(event))
})

worker.addEventListener('push', event => {
  const show = async (): Promise<void> => {
    const { kind, link } = readPush(event.data)
    const { title, body, lang, dir } = await wordsFor(kind)
    // One of a kind and place: a second one takes the place of the first.
    await worker.registration.showNotification(title, {
      body,
      lang,
      dir,
      tag: `${kind} ${link}`,
      icon: '/icon-192.png',
      data: link,
    })
  }
  event.waitUntil(show())
})

worker.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(openAt(worker.clients, worker.location.origin, event.notification.data))
})
