import { ApiError, currentLanguage, directionOf, m, type PartContext, t, translated } from '#web/kit/mod.ts'
import type { PushWords } from '#web/sw/push.ts'
import { fromBase64 } from './encoding.ts'
import { wantedKinds } from './notice-memory.ts'

/** What is told to the browser's push service, on this device: key, name and kinds, to see when one of them has changed. */
const SLOT = 'bandstand-push'
/** Where `sw/push.ts` looks for its words; named here again, because a worker is one file. */
const WORDS_CACHE = 'push-words'
const WORDS_PATH = '/push-words'

const SENTENCES: Readonly<Record<string, string>> = {
  mention: m('Somebody called you'),
  release: m('New music of a community you follow'),
  event: m('An event begins'),
  appeal: m('Your appeal was answered'),
  money: m('You received money'),
  other: m('News for you'),
}

/** Whether this browser can be told anything while the page is closed, and whether its owner wants it. */
export type PushState = 'on' | 'off' | 'blocked' | 'impossible'

const fromUrl64 = (text: string): Uint8Array<ArrayBuffer> =>
  fromBase64(
    text
      .replaceAll('-', '+')
      .replaceAll('_', '/')
      .padEnd(Math.ceil(text.length / 4) * 4, '='),
  )

const registration = async (): Promise<ServiceWorkerRegistration | undefined> =>
  'PushManager' in globalThis && 'Notification' in globalThis
    ? navigator.serviceWorker?.getRegistration('/')
    : undefined

export async function pushState(): Promise<PushState> {
  const worker = await registration()
  if (worker === undefined) return 'impossible'
  if (Notification.permission === 'denied') return 'blocked'
  const subscription = await worker.pushManager.getSubscription()
  return subscription !== null && localStorage.getItem(SLOT) !== null ? 'on' : 'off'
}

/** Asks the browser, then the stage. Throws `ApiError` with a sentence. */
export async function pushOn(ctx: PartContext): Promise<void> {
  const worker = await registration()
  if (worker === undefined || (await Notification.requestPermission()) !== 'granted')
    throw new ApiError('not-allowed', t`The browser does not allow it. Look at its settings for this page.`, 0)
  const { key } = await ctx.api.get<{ key: string }>('/push')
  const old = await worker.pushManager.getSubscription()
  // Bound to another key of the stage: it would never be heard again.
  if (old !== null && !isFor(old, key)) await old.unsubscribe()
  const subscription = await worker.pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: fromUrl64(key) })
    .catch(() => {
      throw new ApiError('no-push-service', t`This browser has no push service, or cannot reach it.`, 0)
    })
  await tell(ctx, subscription)
}

export async function pushOff(ctx: PartContext): Promise<void> {
  localStorage.removeItem(SLOT)
  const subscription = await (await registration())?.pushManager.getSubscription()
  if (subscription == null) return
  const { endpoint } = subscription
  // Without its browser an address is dead; the stage finds out with its next message if it does not hear it now.
  await subscription.unsubscribe()
  await ask(ctx, 'unsubscribe', { endpoint }).catch(() => {})
}

/** Says again what has changed since: another key or name, or other news. */
export async function pushAgain(ctx: PartContext): Promise<void> {
  const told = localStorage.getItem(SLOT)
  if (told === null || told === wanted(ctx)) return
  const subscription = await (await registration())?.pushManager.getSubscription()
  if (subscription != null) await tell(ctx, subscription)
}

function isFor(subscription: PushSubscription, key: string): boolean {
  const used = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0))
  const asked = fromUrl64(key)
  return used.length === asked.length && used.every((byte, at) => byte === asked[at])
}

/** What was reported is known to this device alone. */
const kinds = () => wantedKinds().filter(kind => kind !== 'report')

const wanted = (ctx: PartContext): string => {
  const identity = ctx.fan.identity.get()
  return JSON.stringify([identity?.key, identity?.name, kinds(), currentLanguage()])
}

async function tell(ctx: PartContext, subscription: PushSubscription): Promise<void> {
  const { name } = await ctx.fan.ready()
  const read = (part: PushEncryptionKeyName) => new Uint8Array(subscription.getKey(part) ?? new ArrayBuffer(0))
  await keepWords(ctx)
  await ask(ctx, 'subscribe', {
    endpoint: subscription.endpoint,
    p256dh: read('p256dh'),
    auth: read('auth'),
    kinds: kinds(),
    name,
  })
  localStorage.setItem(SLOT, wanted(ctx))
}

async function ask(ctx: PartContext, what: 'subscribe' | 'unsubscribe', body: object): Promise<void> {
  if (ctx.stage.get() === null) await ctx.refresh()
  const { envelope } = await ctx.fan.sign(ctx.stage.get()?.community ?? '', `push/${what}`, body, 1)
  await ctx.api.send('POST', `/push/${what}`, { proof: envelope })
}

/** The service worker has no words of its own: it shows these. */
async function keepWords(ctx: PartContext): Promise<void> {
  const words: PushWords = {
    stage: ctx.stage.get()?.name ?? '',
    lang: currentLanguage(),
    dir: directionOf(currentLanguage()),
    kinds: Object.fromEntries(Object.entries(SENTENCES).map(([kind, text]) => [kind, translated(text)])),
  }
  await (await caches.open(WORDS_CACHE)).put(WORDS_PATH, Response.json(words))
}
